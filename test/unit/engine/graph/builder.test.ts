import assert from 'node:assert/strict';
import { GraphBuilder } from '../../../../src/engine/graph/builder.ts';
import { serialise } from '../../../../src/engine/graph/onnx-model.ts';
import { loadOrt } from '../../../../src/engine/runtime/ort.ts';

/** Runs a graph over x = [1, 2, 3] and returns its outputs. */
async function outputsOf(g: GraphBuilder): Promise<Record<string, number[]>> {
  const { InferenceSession, Tensor } = await loadOrt();
  const session = await InferenceSession.create(serialise(g.finish('test')).slice());
  const outputs = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3), [3]) });
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}
const operators = (g: GraphBuilder): string[] => g.finish('test').nodes.map(({ op }) => op);
const begin = () => {
  const g = new GraphBuilder();
  return { g, x: g.input('x', 'float', [3]) };
};

describe('graph builder', () => {
  it('a published value is written under its name by the node that makes it, also for those that read it', async () => {
    const { g, x } = begin();
    const doubled = g.add(x, x);
    const before = g.mul(doubled, doubled);
    g.output('doubled', doubled, 'float', [3]);
    const after = g.sub(doubled, x);
    g.output('square', before, 'float', [3]);
    g.output('back', after, 'float', [3]);
    assert.deepEqual(operators(g), ['Add', 'Mul', 'Sub'], 'nothing is copied');
    const { nodes } = g.finish('test');
    assert.deepEqual(nodes[0]?.outputs, ['doubled']);
    assert.deepEqual(nodes[1]?.inputs, ['doubled', 'doubled']);
    assert.deepEqual(nodes[2]?.inputs, ['doubled', 'x']);
    assert.deepEqual(await outputsOf(g), { doubled: [2, 4, 6], square: [4, 16, 36], back: [1, 2, 3] });
  });

  it('a value published twice is copied for the second name', async () => {
    const { g, x } = begin();
    const y = g.add(x, x);
    g.output('first', y, 'float', [3]);
    g.output('second', y, 'float', [3]);
    assert.deepEqual(operators(g), ['Add', 'Identity']);
    assert.deepEqual(await outputsOf(g), { first: [2, 4, 6], second: [2, 4, 6] });
  });

  it('inputs and constants are copied, for no node makes them', async () => {
    const { g, x } = begin();
    g.output('same', x, 'float', [3]);
    g.output('constant', g.float(7), 'float', []);
    g.output('other', g.mul(x, g.float(7)), 'float', [3]);
    assert.deepEqual(operators(g), ['Identity', 'Identity', 'Mul']);
    assert.deepEqual(await outputsOf(g), { same: [1, 2, 3], constant: [7], other: [7, 14, 21] });
  });

  it('any output of a node with several can be published, and exposed where it has the right name already', async () => {
    const { g, x } = begin();
    const [, last] = g.nodes('Split', [x, g.ints([1, 2])], ['head', g.fresh('rest')], { axis: 0 });
    g.expose('head', 'float', [1]);
    g.output('tail', last as string, 'float', [2]);
    assert.deepEqual(operators(g), ['Split']);
    assert.deepEqual(await outputsOf(g), { head: [1], tail: [2, 3] });
  });

  it('finishing changes nothing, so that a graph can be finished twice', () => {
    const { g, x } = begin();
    g.output('y', g.exp(x), 'float', [3]);
    assert.deepEqual(g.finish('test'), g.finish('test'));
  });

  it('equal constants are one initializer, others are not', () => {
    const { g } = begin();
    const names = [
      g.ints([1]),
      g.ints([1]),
      g.ints([1, 1]),
      g.ints([-1]),
      g.int32(1),
      g.float(1),
      g.float(1),
      g.float(-1),
      g.float(1e-6),
      g.float(0),
      g.float(-0),
    ];
    const { initializers } = g.finish('test');
    assert.equal(new Set(names).size, 9);
    assert.deepEqual(
      initializers.map(({ name }) => name),
      [...new Set(names)],
    );
  });

  it('a name stands for one initializer: the same one again is fine, any other is refused', () => {
    const { g } = begin();
    const range = { offset: 64, bytes: 8 };
    const add = () => [
      g.bytes('b', 'uint8', [2, 1], Uint8Array.of(1, 2)),
      g.range('r', 'float', [2], 'weights.bin', range),
    ];
    assert.deepEqual(add(), add());
    assert.equal(g.finish('test').initializers.length, 2);
    for (const other of [
      () => g.bytes('b', 'uint8', [2, 1], Uint8Array.of(1, 3)),
      () => g.bytes('b', 'uint8', [2, 1], Uint8Array.of(1)),
      () => g.bytes('b', 'uint8', [1, 2], Uint8Array.of(1, 2)),
      () => g.bytes('b', 'uint4', [2, 1], Uint8Array.of(1, 2)),
      () => g.range('b', 'uint8', [2, 1], 'weights.bin', range),
      () => g.range('r', 'float', [2], 'other.bin', range),
      () => g.range('r', 'float', [2], 'weights.bin', { ...range, offset: 0 }),
      () => g.range('r', 'float', [2], 'weights.bin', { ...range, bytes: 4 }),
      () => g.bytes('r', 'float', [2], new Uint8Array(8)),
    ]) {
      assert.throws(other, /Two different initializers are named [br]\./);
    }
  });

  it('every value has a name of its own', () => {
    const { g, x } = begin();
    const values = [g.add(x, x), g.add(x, x), g.fresh('Add'), ...g.nodes('Split', [x], 2), g.fresh('Split')];
    assert.equal(new Set(values).size, values.length);
  });

  it('a product of matrices transposes and adds only what it is asked to', () => {
    const { g } = begin();
    g.gemm('a', 'b');
    g.gemm('a', 'b', { transA: true, transB: true, c: 'c' });
    g.gemm('a', 'b', { transA: false, transB: true });
    const nodes = g.finish('test').nodes.map(({ inputs, attributes }) => [inputs, attributes]);
    assert.deepEqual(nodes, [
      [['a', 'b'], {}],
      [['a', 'b', 'c'], { transA: 1, transB: 1 }],
      [['a', 'b'], { transB: 1 }],
    ]);
  });
});
