import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../../../../src/engine/graph/builder.ts';
import { elementTypes, type OnnxGraph, serialise } from '../../../../src/engine/graph/onnx-model.ts';
import { loadOrt } from '../../../../src/engine/runtime/ort.ts';
import { ProtoMessage } from './proto-reader.ts';

const only = <T>(items: readonly T[]): T => {
  assert.equal(items.length, 1);
  return items[0] as T;
};
/** The GraphProto of a serialised graph. */
const graphOf = (graph: OnnxGraph): ProtoMessage => only(new ProtoMessage(serialise(graph)).messages(7));

describe('ONNX model', () => {
  it('names its version, its maker and both operator sets', () => {
    const model = new ProtoMessage(serialise(new GraphBuilder().finish('empty')));
    assert.deepEqual([model.ints(1), model.strings(2)], [[10], ['retune']]);
    const sets = model.messages(8).map((set) => [only(set.strings(1)), only(set.ints(2))]);
    assert.deepEqual(sets, [
      ['', 21],
      ['com.microsoft', 1],
    ]);
    assert.deepEqual(only(model.messages(7)).strings(2), ['empty']);
  });

  it('attributes say of which type they are', () => {
    const g = new GraphBuilder();
    g.node('Op', ['a'], { int: -1, zero: 0, float: { float: 1e-6 }, text: 'ädd', list: [2, -3, 0], none: [] });
    const node = only(graphOf(g.finish('g')).messages(1));
    const attributes = node.messages(5).map((a) => {
      const values = { f: a.floats(2), i: a.ints(3), s: a.strings(4), ints: a.ints(8) };
      const set = Object.entries(values).filter(([, found]) => found.length > 0);
      return [only(a.strings(1)), only(a.ints(20)), Object.fromEntries(set)];
    });
    assert.deepEqual(attributes, [
      ['int', 2, { i: [-1] }],
      ['zero', 2, { i: [0] }],
      ['float', 1, { f: [Math.fround(1e-6)] }],
      ['text', 3, { s: ['ädd'] }],
      ['list', 7, { ints: [2, -3, 0] }],
      ['none', 7, {}],
    ]);
  });

  it('nodes keep absent inputs and outputs, and have names of their own', () => {
    const g = new GraphBuilder();
    g.nodes('Op', ['a', '', 'c'], ['x', '', 'y']);
    g.ms('Op', ['x']);
    const [first, second] = graphOf(g.finish('g')).messages(1) as [ProtoMessage, ProtoMessage];
    assert.deepEqual(
      [first.strings(1), first.strings(2)],
      [
        ['a', '', 'c'],
        ['x', '', 'y'],
      ],
    );
    assert.deepEqual([first.strings(4), first.strings(7), second.strings(7)], [['Op'], [], ['com.microsoft']]);
    assert.notDeepEqual(first.strings(3), second.strings(3));
  });

  it('initializers lie in the model, or name a range of a file', () => {
    const g = new GraphBuilder();
    g.ints([-1, 5]);
    g.float(0.5);
    g.range('far', 'uint4', [3, 32], 'weights.bin', { offset: 6_000_000_000, bytes: 48 });
    const [ints, float, far] = graphOf(g.finish('g')).messages(5) as [ProtoMessage, ProtoMessage, ProtoMessage];
    assert.deepEqual([ints.ints(1), ints.ints(2)], [[2], [elementTypes.int64]]);
    assert.deepEqual(new BigInt64Array(only(ints.bytes(9)).slice().buffer), BigInt64Array.of(-1n, 5n));
    assert.deepEqual([float.ints(1), float.ints(2)], [[], [elementTypes.float]], 'a scalar has no dimensions');
    assert.deepEqual([far.ints(1), far.ints(2), far.strings(8), far.ints(14)], [[3, 32], [21], ['far'], [1]]);
    assert.deepEqual(far.bytes(9), [], 'and no bytes in the model');
    const entries = far.messages(13).map((entry) => [only(entry.strings(1)), only(entry.strings(2))]);
    assert.deepEqual(Object.fromEntries(entries), { location: 'weights.bin', offset: '6000000000', length: '48' });
  });

  it('inputs and outputs have types and dimensions, with numbers or names', () => {
    const g = new GraphBuilder();
    g.input('x', 'int64', ['B', 7, 'T']);
    g.output('y', g.node('Identity', ['x']), 'int64', []);
    const graph = graphOf(g.finish('g'));
    const describeValue = (value: ProtoMessage) => {
      const tensor = only(only(value.messages(2)).messages(1));
      const shape = only(tensor.messages(2)).messages(1);
      return [only(value.strings(1)), only(tensor.ints(1)), shape.map((d) => d.strings(2)[0] ?? d.ints(1)[0])];
    };
    assert.deepEqual(graph.messages(11).map(describeValue), [['x', 7, ['B', 7, 'T']]]);
    assert.deepEqual(graph.messages(12).map(describeValue), [['y', 7, []]]);
  });

  describe('as onnxruntime reads it', () => {
    const load = async (g: GraphBuilder): Promise<InferenceSession> =>
      (await loadOrt()).InferenceSession.create(serialise(g.finish('test')).slice());
    const run = async (g: GraphBuilder, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> => {
      const session = await load(g);
      const outputs = await session.run(feeds);
      await session.release();
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data }]) => [
          name,
          Array.from(data as ArrayLike<number | bigint>, Number),
        ]),
      );
    };
    const tensor = async (values: readonly number[], dims: readonly number[]): Promise<Tensor> =>
      new (await loadOrt()).Tensor('float32', Float32Array.from(values), dims);

    it('integer, float, text and list attributes, absent inputs and negative numbers count', async () => {
      const g = new GraphBuilder();
      const x = g.input('x', 'float', [2, 'n']);
      g.output('int', g.node('Concat', [x, x], { axis: -1 }), 'float', [2, 'm']);
      g.output('float', g.node('LeakyRelu', [x], { alpha: { float: 0.25 } }), 'float', [2, 'n']);
      g.output('text', g.node('Einsum', [x, x], { equation: 'ij,kj->ik' }), 'float', [2, 2]);
      g.output('list', g.transpose(x, 1, 0), 'float', ['n', 2]);
      g.output('absent', g.node('Clip', [x, '', g.float(1)]), 'float', [2, 'n']);
      g.output('sum', g.sum(x, -2), 'float', [1, 'n']);
      assert.deepEqual(await run(g, { x: await tensor([1, -2, 3, -4], [2, 2]) }), {
        int: [1, -2, 1, -2, 3, -4, 3, -4],
        float: [1, -0.5, 3, -1],
        text: [5, 11, 11, 25],
        list: [1, 3, -2, -4],
        absent: [1, -2, 1, -4],
        sum: [4, -6],
      });
    });

    it('every element type', async () => {
      const g = new GraphBuilder();
      const bytes = {
        float: [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0],
        float16: [0, 0x3c, 0, 0xc0],
        int32: [5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
        int64: [5, 0, 0, 0, 0, 0, 0, 0, ...Array(8).fill(0xff)],
        uint8: [5, 255],
        uint4: [0xf5],
        bool: [1, 0],
      };
      for (const [type, content] of Object.entries(bytes) as [keyof typeof elementTypes, number[]][]) {
        const value = g.bytes(`raw ${type}`, type, [2], Uint8Array.from(content));
        g.output(type, g.node('Cast', [value], { to: elementTypes.float }), 'float', [2]);
      }
      assert.deepEqual(await run(g, {}), {
        float: [1, -2],
        float16: [1, -2],
        int32: [5, -1],
        int64: [5, -1],
        uint8: [5, 255],
        uint4: [5, 15],
        bool: [1, 0],
      });
    });

    it('ranges of a file beside the model, two of them overlapping', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'retune-test-'));
      try {
        const { InferenceSession } = await loadOrt();
        await writeFile(
          join(directory, 'weights.bin'),
          new Uint8Array(Float32Array.from({ length: 64 }, (_, i) => i).buffer),
        );
        const g = new GraphBuilder();
        const a = g.range('a', 'float', [2, 2], 'weights.bin', { offset: 64, bytes: 16 });
        const b = g.range('b', 'float', [4], 'weights.bin', { offset: 72, bytes: 16 });
        g.output('sum', g.add(a, g.reshape(b, g.ints([2, -1]))), 'float', [2, 2]);
        await writeFile(join(directory, 'model.onnx'), serialise(g.finish('external')));
        const session = await InferenceSession.create(join(directory, 'model.onnx'));
        const { sum } = await session.run({});
        assert.deepEqual(sum?.data, Float32Array.of(34, 36, 38, 40));
        await session.release();
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });

    it('inputs and outputs under their names, with their types and dimensions', async () => {
      const g = new GraphBuilder();
      const x = g.input('x', 'int64', ['B', 7]);
      g.output('y', g.node('Cast', [x], { to: elementTypes.float }), 'float', ['B', 7]);
      const session = await load(g);
      const { inputMetadata, outputMetadata } = session;
      assert.deepEqual(
        [inputMetadata, outputMetadata].map((all) => all.map(({ name, isTensor }) => [name, isTensor])),
        [[['x', true]], [['y', true]]],
      );
      assert.deepEqual(
        [...inputMetadata, ...outputMetadata].map((m) => (m.isTensor ? [m.type, m.shape] : [])),
        [
          ['int64', ['B', 7]],
          ['float32', ['B', 7]],
        ],
      );
      await session.release();
    });
  });
});
