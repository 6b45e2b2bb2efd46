import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { candidateAt, type LinearisedProblem, type Proposal, type UpdateProblem } from './problem.ts';
import { residualWeight } from './token-target.ts';
import { mean, norm, plus, scaled } from './vector.ts';

/** Share of the cap that the first trial should use, so that it is rarely refused for a little more curvature than expected. */
const aim = 0.8;
/** KL that the probe should have, as a share of the cap: near enough to the cap to be predictive, and not beyond it. */
const probeAim = 0.25;
/** A probe further from its aim than this (as a factor of KL, either way) says too little about the cap: probe once more. */
const trusted = 256;

/**
 * Plain gradient step: g/‖g‖ times a length found by a probe. With KL(ε) ≈ ½·c·ε² one measured KL at a small ε gives the
 * length whose predicted KL is 0.8 of the cap. One model run (rarely two).
 * @returns `not-finite` when no probe was.
 */
export async function oneStep(
  problem: UpdateProblem,
  at: LinearisedProblem,
  klCap: number,
  signal: AbortSignal,
): Promise<Proposal | 'not-finite'> {
  const length = norm(at.gradient);
  const direction = scaled(1 / length, at.gradient);
  let epsilon = firstProbe(problem, at, length, klCap);
  let usable = false;
  for (let probes = 0; probes < 2; probes++) {
    throwIfCancelled(signal, 'The weight update');
    const kl = await probe(problem, at, direction, epsilon);
    usable ||= Number.isFinite(kl);
    if (!Number.isFinite(kl) || kl <= 0) {
      // Too far to be finite, or below rounding: come back or continue by the factor that a quadratic still allows.
      epsilon *= Number.isFinite(kl) ? Math.sqrt(trusted) : 1 / trusted;
      continue;
    }
    const ratio = kl / (probeAim * klCap);
    epsilon *= Math.sqrt((aim * klCap) / kl);
    if (ratio < trusted && ratio > 1 / trusted) return proposal(direction, epsilon);
  }
  return usable ? proposal(direction, epsilon) : 'not-finite';
}

function proposal(direction: Float32Array, length: number): Proposal {
  return { delta: scaled(length, direction), cgIterations: 0, cgResidual: 0, lambda: 0 };
}

/**
 * ε from the linear prediction: along g/‖g‖ the weighted log-probability Σ w_i·log p_i rises by ε·‖g‖, that is on average by
 * δ = ε·‖g‖ / Σ|w_i| per token; and a change of log-probabilities by δ costs about ½δ² of KL.
 */
function firstProbe(problem: UpdateProblem, at: LinearisedProblem, gradientNorm: number, klCap: number): number {
  let weights = 0;
  problem.b.forEach((b, i) => {
    weights += Math.abs(residualWeight(Math.exp(at.before.logProb[i]!), b));
  });
  return (Math.sqrt(2 * probeAim * klCap) * weights) / gradientNorm;
}

/** Mean KL(before ‖ after) on the response after a step of length ε. */
async function probe(
  problem: UpdateProblem,
  at: LinearisedProblem,
  direction: Float32Array,
  epsilon: number,
): Promise<number> {
  const theta = plus(problem.adapters[problem.which]!.theta, epsilon, direction);
  const { trainer, pair } = problem;
  const after = await trainer.evaluate(pair, candidateAt(problem, theta).effective, {
    distribution: false,
    reference: at.before.distribution!,
  });
  return mean(after.divergence!);
}
