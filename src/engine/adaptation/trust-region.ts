import type { RollbackReason } from '../../policy/update.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import { hasNoEffect, type LoraAdapter } from './adapter.ts';
import { type AnchorSet, anchorDivergence } from './anchors.ts';
import { candidateAt, type LinearisedProblem, type UpdateProblem } from './problem.ts';
import type { Evaluation } from './trainer.ts';
import { allFinite, mean, plus } from './vector.ts';
import { relativeWeightChange, type WeightNorms } from './weight-change.ts';

/** Bounds of one update (adaptation §4); KL in nat per token. */
export interface TrustRegion {
  readonly klResponse: number;
  /** Cumulative: base against the candidate. */
  readonly klAnchors: number;
  /** Of the response's mean entropy, relative to the base's. */
  readonly entropyRange: readonly [number, number];
  readonly weightChange: number;
  /** Minimum gain of sign(r)·log π(y), nat over the response. */
  readonly gain: number;
  readonly halvings: number;
}

export const defaultTrustRegion: TrustRegion = {
  klResponse: 0.02,
  klAnchors: 0.02,
  entropyRange: [0.5, 2],
  weightChange: 0.01,
  gain: 1e-3,
  halvings: 6,
};

export interface TrustRegionInputs {
  readonly bounds: TrustRegion;
  readonly norms: WeightNorms;
  readonly anchors: AnchorSet;
  /** A further condition on a candidate that passed all others, for example that earlier answers are kept. */
  readonly canary?: (candidate: EffectiveAdapter, signal: AbortSignal) => Promise<boolean>;
}

/** One candidate and what was measured of it before its first failing check; `undefined` = not reached. */
export interface Trial {
  readonly alpha: number;
  readonly failed: RollbackReason | null;
  readonly weightChange?: number;
  readonly evaluation?: Evaluation;
  readonly klResponse?: number;
  readonly klAnchors?: number;
}

export interface LineSearch {
  /** The accepted candidate, or undefined: then nothing has changed. */
  readonly adapter: LoraAdapter | undefined;
  /** In the order tried; the last one is accepted or is the reason. */
  readonly trials: readonly Trial[];
}

/**
 * Halves α from 1 until a candidate θ + α·Δθ passes every check. θ itself is never written to, so refusing is forgetting.
 *
 * Halvings whose KL is predicted to stay far above the cap are not evaluated: KL grows at most quadratically in practice
 * (slower where it saturates), so KL(α/2^m) ≥ KL(α)/4^m; a margin of 1.5 covers what grows faster.
 */
export async function lineSearch(
  problem: UpdateProblem,
  at: LinearisedProblem,
  delta: Float32Array,
  inputs: TrustRegionInputs,
  signal: AbortSignal,
): Promise<LineSearch> {
  const { bounds } = inputs;
  const trials: Trial[] = [];
  const baseEntropy = baseEntropyOnce(problem, at);
  let halving = 0;
  while (halving <= bounds.halvings) {
    const alpha = 2 ** -halving;
    const theta = plus(problem.adapters[problem.which]!.theta, alpha, delta);
    const candidate = candidateAt(problem, theta);
    const measured = await check(problem, at, candidate.effective, baseEntropy, inputs, signal);
    const trial: Trial = { alpha, ...measured };
    trials.push(trial);
    if (trial.failed === null) return { adapter: candidate.adapter, trials };
    halving += hopelessHalvings(trial, bounds.klResponse);
  }
  return { adapter: undefined, trials };
}

function hopelessHalvings(trial: Trial, cap: number): number {
  const kl = trial.klResponse ?? 0;
  if (trial.failed !== 'kl-response' || !Number.isFinite(kl)) return 1;
  return Math.max(1, Math.ceil(Math.log(kl / (1.5 * cap)) / Math.log(4)));
}

/** All checks, cheapest first: weights alone, then the response (one run), the base's entropy (once), the anchors. */
async function check(
  problem: UpdateProblem,
  at: LinearisedProblem,
  candidate: EffectiveAdapter,
  baseEntropy: () => Promise<number>,
  inputs: TrustRegionInputs,
  signal: AbortSignal,
): Promise<Omit<Trial, 'alpha'>> {
  const { trainer, pair } = problem;
  const { bounds, norms, anchors, canary } = inputs;
  if (!allFinite(candidate.theta)) return { failed: 'not-finite' };
  const weightChange = relativeWeightChange(candidate, norms);
  if (!(weightChange <= bounds.weightChange)) return { failed: 'weight-norm', weightChange };

  throwIfCancelled(signal, 'The weight update');
  const reference = at.before.distribution!;
  const evaluation = await trainer.evaluate(pair, candidate, { distribution: false, reference });
  const klResponse = mean(evaluation.divergence!);
  const response = { weightChange, evaluation, klResponse };
  if (!allFinite(evaluation.logProb) || !allFinite(evaluation.entropy) || !Number.isFinite(klResponse)) {
    return { failed: 'not-finite', ...response };
  }
  // The cap comes before the gain: a step that goes too far is often both, and only its KL says how much too far it is.
  if (!(klResponse <= bounds.klResponse)) return { failed: 'kl-response', ...response };
  if (!(gain(problem, at.before, evaluation) > bounds.gain)) return { failed: 'no-improvement', ...response };

  throwIfCancelled(signal, 'The weight update');
  const base = await baseEntropy();
  const entropy = mean(evaluation.entropy);
  const [low, high] = bounds.entropyRange;
  if (!(entropy >= low * base && entropy <= high * base)) return { failed: 'entropy', ...response };

  const klAnchors = await anchorDivergence(trainer, anchors, candidate, bounds.klAnchors, signal);
  if (!(klAnchors <= bounds.klAnchors)) return { failed: 'kl-anchors', ...response, klAnchors };
  // Earlier accepted answers are anchors too (adaptation §6), hence the same reason.
  if (canary && !(await canary(candidate, signal))) return { failed: 'kl-anchors', ...response, klAnchors };
  return { failed: null, ...response, klAnchors };
}

/** sign(r)·(log π(y) after − before) over the tokens that count. */
function gain(problem: UpdateProblem, before: Evaluation, after: Evaluation): number {
  let change = 0;
  problem.b.forEach((b, i) => {
    if (b !== 0) change += after.logProb[i]! - before.logProb[i]!;
  });
  return problem.reward * change;
}

/** The base's mean entropy on the response: at most one model run, none while the adapters have no effect yet. */
function baseEntropyOnce(problem: UpdateProblem, at: LinearisedProblem): () => Promise<number> {
  let known = problem.adapters.every(hasNoEffect) ? mean(at.before.entropy) : undefined;
  return async () => {
    known ??= mean((await problem.trainer.evaluate(problem.pair, undefined, { distribution: false })).entropy);
    return known;
  };
}
