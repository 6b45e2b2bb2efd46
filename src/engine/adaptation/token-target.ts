/**
 * The per-token target π*(y) ∝ π(y)·exp(r/β) and its residual, in float64: the definition that the training graph is tested against.
 * Sources: ROSA2 (arXiv 2603.01375) Eq. 2–3, taken per token with the exact normaliser.
 */

/** |b| is clamped here: beyond it the target is numerically a point mass and the residual no longer changes. */
const maxLogTilt = 8;

export interface TokenTarget {
  /** π(y) */
  readonly p: number;
  /** π*(y) */
  readonly pStar: number;
  /** log of the normaliser Z = 1 + p·expm1(b) */
  readonly logZ: number;
  /** Residual weight: R = w·(e_y − π). */
  readonly w: number;
  /** KL(π* ‖ π), nat. */
  readonly kl: number;
}

/** log(1 + exp(x)) without overflow. */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/**
 * Log-odds of token y, z_y − logsumexp(z without y): exact even where p rounds to 1. Logits z [V].
 * @public the definition that the graph is tested against
 */
export function logOdds(logits: ArrayLike<number>, y: number): number {
  let max = -Infinity;
  for (let v = 0; v < logits.length; v++) if (v !== y && logits[v]! > max) max = logits[v]!;
  let sum = 0;
  for (let v = 0; v < logits.length; v++) if (v !== y) sum += Math.exp(logits[v]! - max);
  return logits[y]! - (max + Math.log(sum));
}

/**
 * All scalars of one token from its log-odds `a` and its tilt b = m·r/β.
 * @public the definition that the graph is tested against
 */
export function tokenTarget(a: number, b: number): TokenTarget {
  const p = sigmoid(a);
  const pStar = sigmoid(a + b);
  const logZ = softplus(a + b) - softplus(a);
  return { p, pStar, logZ, w: residualWeight(p, b), kl: pStar * b - logZ };
}

/** w = p·expm1(b) / (1 + p·expm1(b)); the denominator is Z ≥ exp(−|b|), so 1 − p is never needed. */
export function residualWeight(p: number, b: number): number {
  const tilt = p * Math.expm1(b);
  return tilt / (1 + tilt);
}

/**
 * b_i = m_i·r/β, clamped to ±{@link maxLogTilt}, as the trainer takes it.
 * @param mask one weight in {0, 1} per response position, or the number of positions when all count.
 */
export function residualInputs(reward: 1 | -1, beta: number, mask: readonly number[] | number): Float32Array {
  const tilt = Math.max(-maxLogTilt, Math.min(maxLogTilt, reward / beta));
  if (typeof mask === 'number') return new Float32Array(mask).fill(tilt);
  return Float32Array.from(mask, (m) => (m === 0 ? 0 : tilt));
}

/** π = softmax(z), float64 [V]. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  let max = -Infinity;
  for (let v = 0; v < logits.length; v++) if (logits[v]! > max) max = logits[v]!;
  const out = new Float64Array(logits.length);
  let sum = 0;
  for (let v = 0; v < out.length; v++) {
    out[v] = Math.exp(logits[v]! - max);
    sum += out[v]!;
  }
  for (let v = 0; v < out.length; v++) out[v]! /= sum;
  return out;
}

/**
 * The residual over the vocabulary [V]: R = w_y·(e_y − π), and with centring R̃ = R − h, h = π ⊙ (w − ⟨π, w⟩), which
 * removes its expectation under y ~ π (otherwise every rejection raises entropy, whatever the answer was).
 * @public the definition that the graph is tested against
 */
export function residual(logits: ArrayLike<number>, y: number, b: number, centering: boolean): Float64Array {
  const pi = softmax(logits);
  const wy = residualWeight(pi[y]!, b);
  const out = pi.map((p) => -wy * p);
  out[y]! += wy;
  if (!centering) return out;
  let mean = 0;
  for (const p of pi) mean += p * residualWeight(p, b);
  for (let v = 0; v < out.length; v++) out[v]! -= pi[v]! * (residualWeight(pi[v]!, b) - mean);
  return out;
}
