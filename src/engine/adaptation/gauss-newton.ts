import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { type CgOptions, conjugateGradient } from './conjugate-gradient.ts';
import { fisherProduct, type LinearisedProblem, type Proposal, type UpdateProblem } from './problem.ts';
import { axpy, dot } from './vector.ts';

export interface GaussNewtonOptions extends CgOptions {
  /** λ_rel: damping relative to the mean curvature along g. Default 1. */
  readonly relativeDamping?: number;
}

/**
 * ROSA's closed form (arXiv 2603.01375 Eq. 11) in the Fisher metric, damped: (F + λI)·Δθ = g, λ = λ_rel·gᵀFg / gᵀg.
 * Costs one Fisher product per iteration: the one that λ needs is also the first of the iteration.
 * @returns the reason when no step can be derived: F·g is not finite, or there is no curvature along g.
 */
export async function gaussNewton(
  problem: UpdateProblem,
  at: LinearisedProblem,
  options: GaussNewtonOptions,
  signal: AbortSignal,
): Promise<Proposal | 'not-finite' | 'zero-gradient'> {
  const { relativeDamping = 1 } = options;
  const g = at.gradient;
  throwIfCancelled(signal, 'The weight update');
  const Fg = await fisherProduct(problem, at.effective, g);
  const lambda = (relativeDamping * dot(g, Fg)) / dot(g, g);
  if (!Number.isFinite(lambda)) return 'not-finite';
  if (lambda <= 0) return 'zero-gradient';

  const damped = async (q: Float32Array, call: number): Promise<Float32Array> => {
    const product = call === 0 ? Fg : await fisherProduct(problem, at.effective, q);
    axpy(lambda, q, product);
    return product;
  };
  const { x, iterations, residual } = await conjugateGradient(damped, g, options, signal);
  return iterations === 0 ? 'zero-gradient' : { delta: x, cgIterations: iterations, cgResidual: residual, lambda };
}
