import { GraphBuilder } from '../graph/builder.ts';
import { serialise } from '../graph/onnx-model.ts';

/** The tiny attention of the self-test: 4 query heads share 2 key/value heads of size 64 in a cache of 64 positions. */
export const attentionShape = { heads: 4, kvHeads: 2, headSize: 64, capacity: 64 } as const;

/** Inputs q, k, v `[1, T, heads·headSize]`, positions, cos/sin tables and cache; outputs y, present_k, present_v. */
export function attentionGraph(): Uint8Array {
  const { heads, kvHeads, headSize, capacity } = attentionShape;
  const g = new GraphBuilder();
  const q = g.input('q', 'float', [1, 'T', heads * headSize]);
  const k = g.input('k', 'float', [1, 'T', kvHeads * headSize]);
  const v = g.input('v', 'float', [1, 'T', kvHeads * headSize]);
  const positions = g.input('positions', 'int64', [1, 'T']);
  const cos = g.input('cos', 'float', [capacity, headSize / 2]);
  const sin = g.input('sin', 'float', [capacity, headSize / 2]);
  const cache = [1, kvHeads, capacity, headSize];
  const pastK = g.input('past_k', 'float', cache);
  const pastV = g.input('past_v', 'float', cache);
  const seqlens = g.input('seqlens_k', 'int32', [1]);
  const total = g.input('total_len', 'int32', []);
  const rotate = (x: string, count: number) =>
    g.ms('RotaryEmbedding', [x, positions, cos, sin], { num_heads: count, rotary_embedding_dim: headSize });
  g.nodes(
    'GroupQueryAttention',
    [rotate(q, heads), rotate(k, kvHeads), v, pastK, pastV, seqlens, total],
    ['y', 'present_k', 'present_v'],
    { num_heads: heads, kv_num_heads: kvHeads },
    'com.microsoft',
  );
  g.expose('y', 'float', [1, 'T', heads * headSize]);
  g.expose('present_k', 'float', cache);
  g.expose('present_v', 'float', cache);
  return serialise(g.finish('selftest_attention'));
}

/** x `[M, width]` → RMS norm (with γ) → y `[M, width]`. */
export function normGraph(width: number): Uint8Array {
  const g = new GraphBuilder();
  const x = g.input('x', 'float', ['M', width]);
  const gamma = g.input('gamma', 'float', [width]);
  g.output(
    'y',
    g.node('SimplifiedLayerNormalization', [x, gamma], { axis: -1, epsilon: { float: 1e-6 }, stash_type: 1 }),
    'float',
    ['M', width],
  );
  return serialise(g.finish('selftest_norm'));
}

/** x `[M, width]` through `depth` square block-32 quantised linears, all with one weight, to y `[M, width]`. */
export function linearGraph(bits: 4 | 8, width: number, depth: number): Uint8Array {
  const g = new GraphBuilder();
  const blocks = width / 32;
  const packed = pseudoRandomBytes(width * blocks * 4 * bits, bits);
  // Scales near 1/(σ·√width) keep every layer's output at the size of its input.
  const scale = 1 / ((bits === 4 ? 4.6 : 74) * Math.sqrt(width));
  const scales = Float32Array.from({ length: width * blocks }, (_, i) => scale * (1 + (i % 7) / 20));
  const w = g.bytes('w', 'uint8', [width, blocks, 4 * bits], packed);
  const s = g.bytes('s', 'float', [width * blocks], new Uint8Array(scales.buffer));
  let y = g.input('x', 'float', ['M', width]);
  for (let layer = 0; layer < depth; layer++) {
    y = g.ms('MatMulNBits', [y, w, s], { K: width, N: width, bits, block_size: 32, accuracy_level: 4 });
  }
  g.output('y', y, 'float', ['M', width]);
  return serialise(g.finish(`selftest_linear${bits}`));
}

/** A linear congruential generator (Numerical Recipes' constants): the same test on every run and every machine. */
function* lcg(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

function pseudoRandomBytes(length: number, seed: number): Uint8Array {
  const random = lcg(seed);
  return Uint8Array.from({ length }, () => random.next().value >>> 24);
}

/** Uniform in [-1, 1). */
export function pseudoRandomFloats(length: number, seed: number): Float32Array {
  const random = lcg(seed);
  return Float32Array.from({ length }, () => random.next().value / 2 ** 31 - 1);
}
