import { trainingProblem } from '../../../src/benchmarks/smallfix/draw.ts';
import { type RunOutcome, runTrusted } from '../../../src/benchmarks/smallfix/judge/run-trusted.ts';
import type { Problem, ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, pickWeighted, type Random } from '../../../src/shared/random.ts';
import { moreFamilies } from '../families/index.ts';
import { isHeldOutTwin } from './held-out-twins.ts';

/** A key of a table of weights. */
export function choose<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const keys = Object.keys(weights) as K[];
  return pickWeighted(
    random,
    keys,
    keys.map((key) => weights[key]),
  );
}

/** One of 1, 2 …, by weight. */
export function chooseCount(random: Random, weights: readonly number[]): number {
  return pickWeighted(
    random,
    weights.map((_, index) => index + 1),
    weights,
  );
}

/** Average number of examples made from a problem; drawing and checking one costs far more than using it. */
const usesOfProblem = 12;
const poolSize = 200;

/**
 * From the families that tasks are drawn from, except those held out, and from {@link moreFamilies}. The latter were written
 * without knowledge of what is held out; if one of them happens to do the same, the draw is repeated.
 */
function exampleProblem(random: Random): Problem {
  for (;;) {
    const problem = trainingProblem(random, moreFamilies);
    if (!moreFamilies.includes(problem.family) || !isHeldOutTwin(problem)) return problem;
  }
}

/** Endless problems for training, from a pool whose members are replaced one by one. */
export function problemPool(random: Random): () => Problem {
  const pool: Problem[] = [];
  let uses = 0;
  return () => {
    if (pool.length < poolSize && (pool.length === 0 || uses % 2 === 0)) pool.push(exampleProblem(random));
    else if (uses % usesOfProblem === 0) pool[Math.floor(random() * pool.length)] = exampleProblem(random);
    uses++;
    return pick(random, pool);
  };
}

const outcomes = new WeakMap<Problem, Map<string, RunOutcome>>();

/** What a source does on the problem's inputs; each source is run once. */
export function outcomeOf(problem: Problem, source: string): RunOutcome {
  const known = outcomes.get(problem) ?? new Map<string, RunOutcome>();
  outcomes.set(problem, known);
  const outcome = known.get(source) ?? runTrusted(source, problem.names.name, problem.inputs);
  known.set(source, outcome);
  return outcome;
}

/** A reading other than these; undefined when none is left. */
export function otherReading(
  problem: Problem,
  random: Random,
  tried: readonly ProblemReading[],
): ProblemReading | undefined {
  const left = problem.readings.filter((reading) => !tried.includes(reading));
  if (left.length === 0) return undefined;
  return pickWeighted(
    random,
    left,
    left.map(({ weight }) => weight),
  );
}
