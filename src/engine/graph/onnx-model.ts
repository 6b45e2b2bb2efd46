import { ProtoWriter } from './protobuf.ts';

/**
 * An ONNX model as plain data, and its serialisation. Field numbers are those of onnx.proto (IR version 10);
 * operator sets: '' 21 and com.microsoft 1.
 */

export const elementTypes = { float: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, uint4: 21 } as const;
export type ElementType = keyof typeof elementTypes;

/** A number, or the name of a symbolic dimension. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  /** Absent: unknown, even in rank. */
  readonly shape?: readonly Dimension[];
}

export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Bytes in the model, or a range of a file that lies in the model's directory. */
  readonly content: Uint8Array | { readonly file: string; readonly offset: number; readonly bytes: number };
}

/** Numbers are integers unless wrapped as `{ float }`; a graph is a branch that sees all values of the graph around it. */
export type Attribute = number | string | readonly number[] | { readonly float: number } | { readonly graph: Branch };

interface Branch {
  readonly nodes: readonly Node[];
  readonly outputs: readonly ValueInfo[];
}

export interface Node {
  readonly op: string;
  readonly domain: string;
  /** '' marks an absent optional input or output. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
}

export function serialise(graph: OnnxGraph): Uint8Array {
  return new ProtoWriter()
    .int(1, 10)
    .string(2, 'retune')
    .message(7, (g) => {
      graph.nodes.forEach((node, index) => {
        g.message(1, (n) => writeNode(n, node, `${node.op}_${index}`));
      });
      g.string(2, graph.name);
      for (const initializer of graph.initializers) g.message(5, (t) => writeTensor(t, initializer));
      for (const input of graph.inputs) g.message(11, (v) => writeValue(v, input));
      for (const output of graph.outputs) g.message(12, (v) => writeValue(v, output));
    })
    .message(8, (o) => o.string(1, '').int(2, 21))
    .message(8, (o) => o.string(1, 'com.microsoft').int(2, 1))
    .finish();
}

function writeBranch(w: ProtoWriter, { nodes, outputs }: Branch, name: string): void {
  nodes.forEach((node, index) => {
    w.message(1, (n) => writeNode(n, node, `${name}_${node.op}_${index}`));
  });
  w.string(2, name);
  for (const output of outputs) w.message(12, (v) => writeValue(v, output));
}

function writeNode(w: ProtoWriter, node: Node, name: string): void {
  for (const input of node.inputs) w.string(1, input);
  for (const output of node.outputs) w.string(2, output);
  w.string(3, name).string(4, node.op);
  for (const [key, value] of Object.entries(node.attributes)) w.message(5, (a) => writeAttribute(a, key, value));
  if (node.domain !== '') w.string(7, node.domain);
}

function writeAttribute(w: ProtoWriter, name: string, value: Attribute): void {
  w.string(1, name);
  if (typeof value === 'number') w.int(3, value).int(20, 2);
  else if (typeof value === 'string') w.string(4, value).int(20, 3);
  else if ('float' in value) w.float(2, value.float).int(20, 1);
  else if ('graph' in value) w.message(6, (g) => writeBranch(g, value.graph, name)).int(20, 5);
  else {
    for (const item of value) w.int(8, item);
    w.int(20, 7);
  }
}

function writeTensor(w: ProtoWriter, tensor: Initializer): void {
  for (const size of tensor.shape) w.int(1, size);
  w.int(2, elementTypes[tensor.type]).string(8, tensor.name);
  if (tensor.content instanceof Uint8Array) {
    w.bytes(9, tensor.content);
    return;
  }
  const { file, offset, bytes } = tensor.content;
  for (const [key, value] of Object.entries({ location: file, offset, length: bytes })) {
    w.message(13, (entry) => entry.string(1, key).string(2, String(value)));
  }
  w.int(14, 1);
}

function writeValue(w: ProtoWriter, { name, type, shape }: ValueInfo): void {
  w.string(1, name).message(2, (outer) =>
    outer.message(1, (tensor) => {
      tensor.int(1, elementTypes[type]);
      if (shape !== undefined) tensor.message(2, (dimensions) => writeShape(dimensions, shape));
    }),
  );
}

function writeShape(w: ProtoWriter, shape: readonly Dimension[]): void {
  for (const size of shape) w.message(1, (d) => (typeof size === 'number' ? d.int(1, size) : d.string(2, size)));
}
