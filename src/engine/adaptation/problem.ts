import type { EffectiveAdapter } from '../graph/lora.ts';
import type { LoraAdapter } from './adapter.ts';
import { withTheta } from './adapter.ts';
import { combine, embedTangent, extractGradient } from './compose.ts';
import type { Evaluation, TokenPair, Trainer } from './trainer.ts';

/** One response to learn from, with everything that stays fixed while a step is being looked for. */
export interface UpdateProblem {
  readonly trainer: Trainer;
  readonly pair: TokenPair;
  readonly reward: 1 | -1;
  /** b_i [R], see `residualInputs`; 0 where the mask is 0. */
  readonly b: Float32Array;
  /** All active adapters; only `adapters[which]` moves. */
  readonly adapters: readonly LoraAdapter[];
  readonly which: number;
}

/** The problem at the current θ: one gradient run. */
export interface LinearisedProblem {
  readonly effective: EffectiveAdapter;
  /** Ascent direction in the moving adapter's own θ. */
  readonly gradient: Float32Array;
  /** With the distribution. */
  readonly before: Evaluation;
}

/** What a solver wants to add to the moving adapter's θ. */
export interface Proposal {
  readonly delta: Float32Array;
  readonly cgIterations: number;
  /** Relative residual of the linear system; 0 for one-step. */
  readonly cgResidual: number;
  /** Damping; 0 for one-step. */
  readonly lambda: number;
}

export async function linearise(problem: UpdateProblem, centering: boolean): Promise<LinearisedProblem> {
  const effective = combine(problem.adapters);
  const { gradient, evaluation } = await problem.trainer.gradient(
    problem.pair,
    effective,
    { b: problem.b, centering },
    { distribution: true },
  );
  return { effective, gradient: extractGradient(gradient, problem.adapters, problem.which), before: evaluation };
}

/** All adapters with the moving one at another θ, and what the graphs are fed for it. */
export function candidateAt(
  problem: UpdateProblem,
  theta: Float32Array,
): { readonly adapter: LoraAdapter; readonly effective: EffectiveAdapter } {
  const adapter = withTheta(problem.adapters[problem.which]!, theta);
  return { adapter, effective: combine(problem.adapters.with(problem.which, adapter)) };
}

/** F·v in the moving adapter's own θ. */
export async function fisherProduct(
  problem: UpdateProblem,
  effective: EffectiveAdapter,
  v: Float32Array,
): Promise<Float32Array> {
  const tangent = embedTangent(v, problem.adapters, problem.which);
  const product = await problem.trainer.fisherProduct(problem.pair, effective, tangent);
  return extractGradient(product, problem.adapters, problem.which);
}
