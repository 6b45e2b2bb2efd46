import assert from 'node:assert/strict';
import type { Tensor } from 'onnxruntime-node';
import { attentionShapes } from '../../../../src/engine/graph/attention.ts';
import { causalMask } from '../../../../src/engine/graph/attention-window.ts';
import { GraphBuilder, type Value } from '../../../../src/engine/graph/builder.ts';
import { type FrozenMatrix, rules } from '../../../../src/engine/graph/derivatives.ts';
import { serialise } from '../../../../src/engine/graph/onnx-model.ts';
import type { Rule } from '../../../../src/engine/graph/rule.ts';
import { zeroFeed } from '../../../../src/engine/runtime/onnx-trainer.ts';
import { loadOrt } from '../../../../src/engine/runtime/ort.ts';
import { mulberry32 } from '../../../../src/shared/random.ts';

/**
 * Every row of the table of derivatives, one at a time: forward mode against central differences of the forward pass
 * (for all inputs together and each alone), and reverse mode against forward mode by ⟨Jt, dy⟩ = ⟨t, Jᵀdy⟩ (again each input alone).
 */
interface Case {
  readonly rule: keyof typeof rules;
  readonly inputs: readonly (readonly number[])[];
  readonly output: readonly number[];
  attributes(g: GraphBuilder): unknown;
  readonly note?: string;
}

const B = 2;
const T = 3;
const heads = { heads: 4, kvHeads: 2, headSize: 4 };
const random = mulberry32(7);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const values = (size: number): Float32Array => Float32Array.from({ length: size }, normal);

const frozenMatrix = (g: GraphBuilder): FrozenMatrix => {
  const W = constant(g, 'W', [5, 4]);
  const bias = constant(g, 'bias', [5]);
  return {
    times: (graph, x, options) => graph.gemm(x, W, options.bias ? { transB: true, c: bias } : { transB: true }),
    transposed: (graph, dy, plus) => graph.gemm(dy, W, plus === undefined ? {} : { c: plus }),
  };
};

const cases: readonly Case[] = [
  {
    rule: 'add',
    inputs: [
      [6, 4],
      [6, 4],
    ],
    output: [6, 4],
    attributes: () => null,
  },
  { rule: 'frozenLinear', inputs: [[6, 4]], output: [6, 5], attributes: frozenMatrix },
  {
    rule: 'loraLinear',
    inputs: [
      [6, 4],
      [4, 2],
      [2, 5],
    ],
    output: [6, 5],
    attributes: frozenMatrix,
  },
  { rule: 'linear', inputs: [[6, 4], [5, 4], [5]], output: [6, 5], attributes: () => null },
  {
    rule: 'linear',
    inputs: [
      [6, 4],
      [5, 4],
    ],
    output: [6, 5],
    attributes: () => null,
    note: 'without bias',
  },
  { rule: 'rmsNorm', inputs: [[6, 8], [8]], output: [6, 8], attributes: () => ({ eps: 1e-5 }) },
  {
    rule: 'reshape',
    inputs: [[6, 8]],
    output: [12, 4],
    attributes: (g) => ({ shape: g.ints([12, 4]), back: g.ints([6, 8]) }),
  },
  {
    rule: 'rotary',
    inputs: [[B * T, 8]],
    output: [B * T, 8],
    attributes: (g) => ({
      positions: ints(g, 'positions', [0, 1, 2, 4, 5, 6], [B, T]),
      ...rotaryTables(g),
      split: g.ints([B, T, 8]),
      flat: g.ints([-1, 8]),
    }),
  },
  ...[null, 2].map(
    (window): Case => ({
      rule: 'attention',
      inputs: [
        [B * T, 16],
        [B * T, 8],
        [B * T, 8],
      ],
      output: [B * T, 16],
      attributes: (g) => ({
        ...heads,
        mask: floats(g, 'mask', causalMask(T, window), [T, T]),
        shapes: attentionShapes(g, g.ints([B, T]), heads),
      }),
    }),
  ),
  {
    rule: 'gatedSilu',
    inputs: [
      [6, 4],
      [6, 4],
    ],
    output: [6, 4],
    attributes: () => null,
  },
  { rule: 'selectRows', inputs: [[6, 4]], output: [3, 4], attributes: (g) => ({ rows: g.ints([4, 0, 3]) }) },
  { rule: 'embedding', inputs: [[5, 4]], output: [6, 4], attributes: (g) => ({ ids: g.ints([1, 4, 1, 0, 1, 3]) }) },
];

describe('table of derivatives', () => {
  it('has a case for every rule', () => {
    assert.deepEqual([...new Set(cases.map(({ rule }) => rule))].sort(), Object.keys(rules).sort());
  });

  for (const one of cases) {
    const count = one.inputs.length;
    const masks = [
      one.inputs.map(() => true),
      ...(count > 1 ? one.inputs.map((_, i) => one.inputs.map((__, j) => i === j)) : []),
    ];
    for (const mask of masks) {
      const which = mask.every(Boolean) ? 'all inputs' : `input ${mask.indexOf(true)} alone`;
      it(`${one.rule}${one.note ? ` ${one.note}` : ''}: ${which}`, () => check(one, mask));
    }
  }
});

async function check(one: Case, mask: readonly boolean[]): Promise<void> {
  const ort = await loadOrt();
  const g = new GraphBuilder();
  const rule = rules[one.rule] as Rule<unknown>;
  const x = one.inputs.map((shape, i) => g.input(`x${i}`, 'float', shape));
  const t = one.inputs.map((shape, i) => (mask[i] ? g.input(`t${i}`, 'float', shape) : undefined));
  const a = one.attributes(g);
  const { y, saved = [] } = rule.forward(g, x, a);
  const dy = g.input('dy', 'float', one.output);
  const taped = { x, y, saved, a };
  g.output('y', y, 'float', one.output);
  g.output('jvp', rule.jvp(g, taped, t), 'float', one.output);
  rule.vjp(g, taped, dy, mask).forEach((d, i) => {
    if (mask[i]) g.output(`d${i}`, d as Value, 'float', one.inputs[i] as number[]);
  });
  const session = await ort.InferenceSession.create(serialise(g.finish('rule')).slice());
  const size = (shape: readonly number[]) => shape.reduce((n, d) => n * d, 1);
  const point = one.inputs.map((shape) => values(size(shape)));
  const tangents = one.inputs.map((shape) => values(size(shape)));
  const run = async (step: number, cotangent: Tensor) => {
    const feeds: Record<string, Tensor> = { dy: cotangent, ...zeroFeed(ort, session) };
    one.inputs.forEach((shape, i) => {
      const moved = mask[i]
        ? (point[i] as Float32Array).map((v, j) => v + step * (tangents[i]?.[j] as number))
        : point[i];
      feeds[`x${i}`] = new ort.Tensor('float32', moved as Float32Array, shape);
      if (mask[i]) feeds[`t${i}`] = new ort.Tensor('float32', tangents[i] as Float32Array, shape);
    });
    return session.run(feeds);
  };
  const cotangent = new ort.Tensor('float32', values(size(one.output)), one.output);
  const at = await run(0, cotangent);
  const step = 3e-3;
  const [plus, minus] = [await run(step, cotangent), await run(-step, cotangent)];
  const data = (outputs: typeof at, name: string) => outputs[name]?.data as Float32Array;
  const difference = data(plus, 'y').map((v, i) => (v - (data(minus, 'y')[i] as number)) / (2 * step));
  const jvp = data(at, 'jvp');
  const norm = Math.hypot(...difference);
  assert.ok(norm > 0.1, 'the case exercises nothing');
  const error = Math.hypot(...jvp.map((v, i) => v - (difference[i] as number))) / norm;
  assert.ok(error < 2e-3, `forward mode against differences: ${error}`);
  const forward = dot(jvp, cotangent.data as Float32Array);
  const reverse = one.inputs.reduce(
    (sum, _, i) => sum + (mask[i] ? dot(tangents[i] as Float32Array, data(at, `d${i}`)) : 0),
    0,
  );
  const scale = norm * Math.hypot(...(cotangent.data as Float32Array));
  assert.ok(Math.abs(forward - reverse) <= 1e-5 * scale, `⟨Jt, dy⟩ = ${forward}, ⟨t, Jᵀdy⟩ = ${reverse}`);
  await session.release();
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function floats(g: GraphBuilder, name: string, data: Float32Array, shape: readonly number[]): Value {
  return g.bytes(name, 'float', shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function constant(g: GraphBuilder, name: string, shape: readonly number[]): Value {
  return floats(g, name, values(shape.reduce((n, d) => n * d, 1)), shape);
}

function ints(g: GraphBuilder, name: string, data: readonly number[], shape: readonly number[]): Value {
  return g.bytes(name, 'int64', shape, new Uint8Array(BigInt64Array.from(data, BigInt).buffer));
}

function rotaryTables(g: GraphBuilder): { cos: Value; sin: Value; negativeSin: Value } {
  const angle = (i: number) => Math.floor(i / 2) * (i % 2 ? 0.1 : 1);
  const table = (f: (x: number) => number) => Float32Array.from({ length: 16 }, (_, i) => f(angle(i)));
  const sin = table(Math.sin);
  return {
    cos: floats(g, 'cos', table(Math.cos), [8, 2]),
    sin: floats(g, 'sin', sin, [8, 2]),
    negativeSin: floats(
      g,
      'negativeSin',
      sin.map((v) => -v),
      [8, 2],
    ),
  };
}
