import type { FileRange, WeightEntry } from '../checkpoint/weights.ts';
import type { Attribute, Dimension, ElementType, Initializer, Node, OnnxGraph, ValueInfo } from './onnx-model.ts';

/** The name of a tensor in the graph being built. */
export type Value = string;

/** fp32 [1], to be fed 0 by every graph session whose graph declares it. */
export const zeroInput = 'zero';

/** A value of a branch and its name outside of it. */
export interface Product {
  readonly name: string;
  readonly value: Value;
}

/**
 * Collects the nodes of one ONNX graph. Methods named after an operator emit exactly that node and return its output;
 * everything composite lives elsewhere (`derivatives.ts`, the emitters) with a sketch of its subgraph.
 */
export class GraphBuilder {
  #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Initializer>();
  /** Values that leave the graph, by the name they leave it under. */
  readonly #published = new Map<Value, string>();
  /** 0·trigger[0, 0] by trigger. */
  readonly #nothing = new Map<Value, Value>();
  #counter = 0;

  node(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): Value {
    return this.nodes(op, inputs, 1, attributes, domain)[0] as Value;
  }

  /** A node with several outputs; `count` may name absent ones by ''. */
  nodes(
    op: string,
    inputs: readonly Value[],
    count: number | readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): Value[] {
    const outputs =
      typeof count === 'number' ? Array.from({ length: count }, () => `${op}:${this.#counter++}`) : [...count];
    this.#nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** A node of the com.microsoft domain. */
  ms(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    return this.node(op, inputs, attributes, 'com.microsoft');
  }

  /**
   * Two alternatives by `condition` (bool [1]): each emits nodes and names what they produce; what only the other one produces
   * is then empty. The names are values of this graph, which `expose` may publish.
   *
   *     condition ─ If ─ then: what `then` emits, zeros [0] for the rest ──── outputs
   *                    └ else: what `otherwise` emits, zeros [0] ─────────── outputs
   */
  either(condition: Value, then: () => readonly Product[], otherwise: () => readonly Product[]): Value[] {
    const outer = this.#nodes;
    const emitted = [then, otherwise].map((emit) => {
      this.#nodes = [];
      return { products: emit(), nodes: this.#nodes };
    });
    const names = [...new Set(emitted.flatMap(({ products }) => products.map(({ name }) => name)))];
    const branches = emitted.map(({ products, nodes }): Attribute => {
      this.#nodes = nodes;
      const empty = () => this.node('ConstantOfShape', [this.ints([0])]);
      const values = names.map((name) => products.find((product) => product.name === name)?.value ?? empty());
      return { graph: { nodes, outputs: values.map((value) => ({ name: value, type: 'float' as const })) } };
    });
    this.#nodes = outer;
    return this.nodes('If', [condition], names, { then_branch: branches[0]!, else_branch: branches[1]! });
  }

  add = (a: Value, b: Value): Value => this.node('Add', [a, b]);
  sub = (a: Value, b: Value): Value => this.node('Sub', [a, b]);
  mul = (a: Value, b: Value): Value => this.node('Mul', [a, b]);
  div = (a: Value, b: Value): Value => this.node('Div', [a, b]);
  exp = (a: Value): Value => this.node('Exp', [a]);
  matmul = (a: Value, b: Value): Value => this.node('MatMul', [a, b]);
  reshape = (a: Value, shape: Value): Value => this.node('Reshape', [a, shape]);
  transpose = (a: Value, ...perm: number[]): Value => this.node('Transpose', [a], { perm });

  /** op(a)·op(b) + c for matrices. */
  gemm(a: Value, b: Value, options: { transA?: boolean; transB?: boolean; c?: Value } = {}): Value {
    const attributes: Record<string, number> = {};
    if (options.transA) attributes.transA = 1;
    if (options.transB) attributes.transB = 1;
    return this.node('Gemm', options.c === undefined ? [a, b] : [a, b, options.c], attributes);
  }

  /** Sum over the last axis (or the given one), which stays with size 1. */
  sum = (a: Value, axis = -1): Value => this.node('ReduceSum', [a, this.ints([axis])], { keepdims: 1 });
  mean = (a: Value): Value => this.node('ReduceMean', [a, this.ints([-1])], { keepdims: 1 });

  /**
   * `value`, not before `trigger` [·, ·] is there: value + 0·trigger[0, 0].
   *
   * onnxruntime walks back from the outputs and runs what it meets late first, so that a node which depends on nothing new
   * (a weight being dequantised, an activation being computed again) would run far too early and stay alive until it is used.
   * The zero is an input, because a constant would be folded away.
   */
  after(value: Value, trigger: Value): Value {
    let nothing = this.#nothing.get(trigger);
    if (nothing === undefined) {
      if (this.#nothing.size === 0) this.input(zeroInput, 'float', [1]);
      nothing = this.mul(zeroInput, this.node('Slice', [trigger, this.ints([0, 0]), this.ints([1, 1])]));
      this.#nothing.set(trigger, nothing);
    }
    return this.add(value, nothing);
  }

  fresh(prefix: string): Value {
    return `${prefix}:${this.#counter++}`;
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Publishes a value under a stable name: the node that makes it writes there itself, so that nothing is copied. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    const isNodeOutput = this.#nodes.some((node) => node.outputs.includes(value));
    if (isNodeOutput && !this.#published.has(value)) this.#published.set(value, name);
    else this.#nodes.push({ op: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, shape });
  }

  /** Declares a value that some node already writes under this very name as an output (no copy in between). */
  expose(name: Value, type: ElementType, shape?: readonly Dimension[]): void {
    this.#outputs.push(shape === undefined ? { name, type } : { name, type, shape });
  }

  ints(values: readonly number[]): Value {
    return this.#constant(`i64[${values}]`, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  int32(value: number): Value {
    return this.#constant(`i32(${value})`, 'int32', [], Int32Array.of(value));
  }

  /** A scalar that broadcasts. */
  float(value: number): Value {
    // 0 and −0 are written alike but are not the same bits.
    return this.#constant(`f32(${Object.is(value, -0) ? '-0' : value})`, 'float', [], Float32Array.of(value));
  }

  bytes(name: string, type: ElementType, shape: readonly number[], content: Uint8Array): Value {
    return this.#initializer({ name, type, shape, content });
  }

  /** fp32 weights as external data. */
  floats(name: string, file: string, entry: WeightEntry): Value {
    return this.range(name, 'float', entry.shape, file, entry.data);
  }

  /** Any range of the weights file; several initializers may name one range (it is mmapped once). */
  range(name: string, type: ElementType, shape: readonly number[], file: string, range: FileRange): Value {
    return this.#initializer({ name, type, shape, content: { file, ...range } });
  }

  finish(name: string): OnnxGraph {
    return {
      name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
      nodes: this.#nodes.map((node) => this.#renamed(node)),
    };
  }

  /** The node with published values under the names they leave the graph by, in its branches too. */
  #renamed(node: Node): Node {
    const renamed = (value: Value): string => this.#published.get(value) ?? value;
    const attributes = Object.entries(node.attributes).map(([key, value]) => {
      if (typeof value !== 'object' || !('graph' in value)) return [key, value];
      const { nodes, outputs } = value.graph;
      return [key, { graph: { nodes: nodes.map((inner) => this.#renamed(inner)), outputs } }];
    });
    return {
      ...node,
      inputs: node.inputs.map(renamed),
      outputs: node.outputs.map(renamed),
      attributes: Object.fromEntries(attributes) as Node['attributes'],
    };
  }

  #constant(name: string, type: ElementType, shape: readonly number[], data: ArrayBufferView): Value {
    const content = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return this.#initializer({ name, type, shape, content });
  }

  #initializer(initializer: Initializer): Value {
    const { name } = initializer;
    const existing = this.#initializers.get(name);
    if (existing === undefined) this.#initializers.set(name, initializer);
    else if (!isSame(existing, initializer)) throw new Error(`Two different initializers are named ${name}.`);
    return name;
  }
}

function isSame(a: Initializer, b: Initializer): boolean {
  if (a.type !== b.type || a.shape.join() !== b.shape.join()) return false;
  const [one, other] = [a.content, b.content];
  if (one instanceof Uint8Array || other instanceof Uint8Array) {
    return one instanceof Uint8Array && other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  }
  return one.file === other.file && one.offset === other.offset && one.bytes === other.bytes;
}
