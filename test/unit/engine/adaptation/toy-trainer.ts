import { initialTheta, type LoraAdapter, nextContent } from '../../../../src/engine/adaptation/adapter.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { residual, softmax } from '../../../../src/engine/adaptation/token-target.ts';
import type {
  Evaluation,
  EvaluationOptions,
  ResidualOptions,
  TokenPair,
  Trainer,
} from '../../../../src/engine/adaptation/trainer.ts';
import type { EffectiveAdapter, LoraLayout, LoraSlot } from '../../../../src/engine/graph/lora.ts';

/**
 * A real, if small, language model with LoRA, in float64 with analytic derivatives:
 *
 *     x_i = E[t_i] + ½·E[t_{i−1}]      h = tanh(x·(W₁ + A₁B₁))      z = h·(W₂ + A₂B₂)
 */
const H = 16;
const M = 14;
export const toyVocab = 32;
const V = toyVocab;
const shapes: readonly (readonly [string, number, number])[] = [
  ['self_attn.q_proj', H, M],
  ['self_attn.o_proj', M, V],
];

export function toyLayout(rank: number): LoraLayout {
  const slots: LoraSlot[] = [];
  let offset = 0;
  for (const [module, input, output] of shapes) {
    slots.push({ layer: 0, module, matrix: 'A', rows: input, columns: rank, offset });
    offset += input * rank;
    slots.push({ layer: 0, module, matrix: 'B', rows: rank, columns: output, offset });
    offset += rank * output;
  }
  return { rank, size: offset, slots };
}

export function toyAdapter(fields: Partial<LoraAdapter> = {}): LoraAdapter {
  const { rank = 4, seed = 1 } = fields;
  const layout = toyLayout(rank);
  const plain = { name: 'session', kind: 'session', alpha: 2 * rank, rankStabilised: false, updates: 0 } as const;
  const theta = initialTheta(layout, seed);
  return { ...plain, rank, layout, theta, seed, version: 0, content: nextContent(), ...fields };
}

/** One position of a forward pass. */
interface Position {
  readonly x: Float64Array;
  readonly h: Float64Array;
  readonly z: Float64Array;
}

/** x [n] · matrix [n, m] at an offset of a flat array. */
function times(x: Float64Array, matrix: ArrayLike<number>, offset: number, m: number): Float64Array {
  const out = new Float64Array(m);
  for (let i = 0; i < x.length; i++) for (let j = 0; j < m; j++) out[j]! += x[i]! * matrix[offset + i * m + j]!;
  return out;
}

/** y [m] · matrixᵀ, matrix [n, m]. */
function timesTransposed(y: Float64Array, matrix: ArrayLike<number>, offset: number, n: number): Float64Array {
  const m = y.length;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[i]! += y[j]! * matrix[offset + i * m + j]!;
  return out;
}

const add = (...parts: Float64Array[]): Float64Array =>
  parts[0]!.map((_, i) => parts.reduce((total, part) => total + part[i]!, 0));

export class ToyTrainer implements Trainer {
  /** Model runs so far. */
  readonly calls = { evaluate: 0, base: 0, gradient: 0, fisher: 0, divergence: 0 };
  readonly #embedding: Float64Array;
  readonly #w1: Float64Array;
  readonly #w2: Float64Array;

  constructor(seed = 7, sharpness = 3) {
    const uniform = uniformStream(seed);
    const draw = (n: number, size: number) => Float64Array.from({ length: n }, () => (2 * uniform() - 1) * size);
    this.#embedding = draw(V * H, 1);
    this.#w1 = draw(H * M, 2 / Math.sqrt(H));
    this.#w2 = draw(M * V, sharpness / Math.sqrt(M));
  }

  readonly norms = (_layer: number, module: string): number =>
    Math.hypot(...(module === 'self_attn.q_proj' ? this.#w1 : this.#w2));

  async evaluate(
    pair: TokenPair,
    adapter: EffectiveAdapter | undefined,
    { distribution, reference }: EvaluationOptions,
  ): Promise<Evaluation> {
    this.calls.evaluate++;
    if (adapter === undefined) this.calls.base++;
    const positions = this.#forward(pair, adapter);
    const plain = this.#evaluation(pair, positions, distribution);
    if (reference === undefined) return plain;
    const current = this.#evaluation(pair, positions, true).distribution!;
    return { ...plain, divergence: await this.divergence(reference, current, pair.response.length) };
  }

  async gradient(
    pair: TokenPair,
    adapter: EffectiveAdapter,
    { b, centering }: ResidualOptions,
    options: { readonly distribution: boolean },
  ): Promise<{ gradient: Float32Array; evaluation: Evaluation }> {
    this.calls.gradient++;
    const positions = this.#forward(pair, adapter);
    const cotangents = positions.map(({ z }, i) => residual(z, pair.response[i]!, b[i]!, centering));
    const gradient = this.#pullBack(adapter, positions, cotangents);
    return { gradient, evaluation: this.#evaluation(pair, positions, options.distribution) };
  }

  async fisherProduct(pair: TokenPair, adapter: EffectiveAdapter, v: Float32Array): Promise<Float32Array> {
    this.calls.fisher++;
    const positions = this.#forward(pair, adapter);
    const cotangents = this.#pushForward(adapter, positions, v).map((tangent, i) => {
      const pi = softmax(positions[i]!.z);
      const mean = pi.reduce((total, p, j) => total + p * tangent[j]!, 0);
      return pi.map((p, j) => p * (tangent[j]! - mean));
    });
    return this.#pullBack(adapter, positions, cotangents);
  }

  /** KL(reference ‖ current) per row of [rows, V] log-probabilities. */
  async divergence(reference: Float32Array, current: Float32Array, rows: number): Promise<Float32Array> {
    this.calls.divergence++;
    const out = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      let total = 0;
      for (let i = row * V; i < (row + 1) * V; i++) total += Math.exp(reference[i]!) * (reference[i]! - current[i]!);
      out[row] = total;
    }
    return out;
  }

  /** Logits [R] of [V] in float64. */
  logits(pair: TokenPair, adapter: EffectiveAdapter | undefined): Float64Array[] {
    return this.#forward(pair, adapter).map(({ z }) => z);
  }

  /** J·v: tangents of the logits. */
  jvp(pair: TokenPair, adapter: EffectiveAdapter, v: Float32Array): Float64Array[] {
    return this.#pushForward(adapter, this.#forward(pair, adapter), v);
  }

  /** Jᵀ·u. */
  vjp(pair: TokenPair, adapter: EffectiveAdapter, u: Float64Array[]): Float32Array {
    return this.#pullBack(adapter, this.#forward(pair, adapter), u);
  }

  #forward({ prompt, response }: TokenPair, adapter: EffectiveAdapter | undefined): Position[] {
    const tokens = [...prompt, ...response];
    return response.map((_, i) => {
      const at = prompt.length + i - 1;
      const x = new Float64Array(H);
      for (let k = 0; k < H; k++) {
        x[k] = this.#embedding[tokens[at]! * H + k]! + 0.5 * (this.#embedding[(tokens[at - 1] ?? 0) * H + k] ?? 0);
      }
      const u = times(x, this.#w1, 0, M);
      const h = add(u, low(x, adapter, 0)).map(Math.tanh);
      return { x, h, z: add(times(h, this.#w2, 0, V), low(h, adapter, 1)) };
    });
  }

  #evaluation({ response }: TokenPair, positions: Position[], distribution: boolean): Evaluation {
    const rows = positions.map(({ z }) => {
      const max = Math.max(...z);
      const total = max + Math.log(z.reduce((s, value) => s + Math.exp(value - max), 0));
      return z.map((value) => value - total);
    });
    const logProb = Float32Array.from(rows, (row, i) => row[response[i]!]!);
    const entropy = Float32Array.from(rows, (row) => -row.reduce((s, lp) => s + Math.exp(lp) * lp, 0));
    if (!distribution) return { logProb, entropy };
    const flat = new Float32Array(rows.length * V);
    rows.forEach((row, i) => {
      flat.set(row, i * V);
    });
    return { logProb, entropy, distribution: flat };
  }

  #pullBack({ layout, theta }: EffectiveAdapter, positions: Position[], cotangents: Float64Array[]): Float32Array {
    const out = new Float64Array(layout.size);
    const r = layout.rank;
    const linear = (index: number, x: Float64Array, dy: Float64Array): Float64Array => {
      const a = layout.slots[2 * index]!;
      const b = layout.slots[2 * index + 1]!;
      const xa = times(x, theta, a.offset, r);
      const dxa = timesTransposed(dy, theta, b.offset, r);
      for (let k = 0; k < r; k++)
        for (let j = 0; j < dy.length; j++) out[b.offset + k * dy.length + j]! += xa[k]! * dy[j]!;
      for (let i = 0; i < x.length; i++) for (let k = 0; k < r; k++) out[a.offset + i * r + k]! += x[i]! * dxa[k]!;
      return timesTransposed(dxa, theta, a.offset, x.length);
    };
    positions.forEach(({ x, h }, i) => {
      const dz = cotangents[i]!;
      const dh = add(timesTransposed(dz, this.#w2, 0, M), linear(1, h, dz));
      linear(
        0,
        x,
        dh.map((value, k) => value * (1 - h[k]! ** 2)),
      );
    });
    return Float32Array.from(out);
  }

  #pushForward({ layout, theta }: EffectiveAdapter, positions: Position[], v: Float32Array): Float64Array[] {
    const r = layout.rank;
    /** x·(Ȧ·B + A·Ḃ) */
    const linear = (index: number, x: Float64Array): Float64Array => {
      const a = layout.slots[2 * index]!;
      const b = layout.slots[2 * index + 1]!;
      const out = shapes[index]![2];
      return add(
        times(times(x, v, a.offset, r), theta, b.offset, out),
        times(times(x, theta, a.offset, r), v, b.offset, out),
      );
    };
    return positions.map(({ x, h }) => {
      const dh = linear(0, x).map((value, k) => value * (1 - h[k]! ** 2));
      return add(times(dh, this.#w2, 0, V), low(dh, { layout, theta, version: 0 }, 1), linear(1, h));
    });
  }
}

/** x·A·B of one linear; zeros without adapter. */
function low(x: Float64Array, adapter: EffectiveAdapter | undefined, index: number): Float64Array {
  const output = shapes[index]![2];
  if (adapter === undefined) return new Float64Array(output);
  const { layout, theta } = adapter;
  const a = layout.slots[2 * index]!;
  const b = layout.slots[2 * index + 1]!;
  return times(times(x, theta, a.offset, layout.rank), theta, b.offset, output);
}
