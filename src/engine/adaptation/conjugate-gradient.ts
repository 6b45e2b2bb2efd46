import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { axpy, dot, norm } from './vector.ts';

export interface CgOptions {
  /** K. Default 10. */
  readonly maxIterations?: number;
  /** Stop at ‖residual‖ ≤ tolerance·‖g‖. Default 1e-2. */
  readonly tolerance?: number;
}

export interface CgResult {
  readonly x: Float32Array;
  /** Steps taken along a search direction. */
  readonly iterations: number;
  /** ‖g − A·x‖ / ‖g‖ */
  readonly residual: number;
  /** `curvature`: qᵀAq ≤ 0 (or not a number) along some direction q, where the last good x is kept. */
  readonly stopped: 'converged' | 'iterations' | 'curvature';
}

/**
 * Solves A·x = g from x = 0 by conjugate gradients (Hestenes and Stiefel), A symmetric and positive.
 * @param product q ↦ A·q; the second argument is the index of the call, and call 0 is always with q = g.
 */
export async function conjugateGradient(
  product: (q: Float32Array, call: number) => Promise<Float32Array>,
  g: Float32Array,
  options: CgOptions,
  signal: AbortSignal,
): Promise<CgResult> {
  const { maxIterations = 10, tolerance = 1e-2 } = options;
  const x = new Float32Array(g.length);
  const r = g.slice();
  const q = g.slice();
  const scale = norm(g);
  if (scale === 0) return { x, iterations: 0, residual: 0, stopped: 'converged' };
  let rr = scale * scale;
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    throwIfCancelled(signal, 'The weight update');
    const Aq = await product(q, iteration);
    const curvature = dot(q, Aq);
    if (!(curvature > 0)) return { x, iterations: iteration, residual: Math.sqrt(rr) / scale, stopped: 'curvature' };
    const step = rr / curvature;
    axpy(step, q, x);
    axpy(-step, Aq, r);
    const next = dot(r, r);
    const residual = Math.sqrt(next) / scale;
    if (residual <= tolerance) return { x, iterations: iteration + 1, residual, stopped: 'converged' };
    const beta = next / rr;
    for (let i = 0; i < q.length; i++) q[i] = r[i]! + beta * q[i]!;
    rr = next;
  }
  return { x, iterations: maxIterations, residual: Math.sqrt(rr) / scale, stopped: 'iterations' };
}
