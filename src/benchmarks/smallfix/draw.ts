import { pick, pickWeighted, type Random } from '../../shared/random.ts';
import { families } from './families/index.ts';
import type { Family } from './family.ts';
import { drawProblem, type Problem } from './problem.ts';
import { namesHeldOut, paramsHeldOut, splitsParams } from './splits.ts';

const open = families.filter(({ heldOut }) => !heldOut);
const closed = families.filter(({ heldOut }) => heldOut);

/**
 * A problem no part of which is held out.
 * @param more families in addition to those that tasks are drawn from
 */
export function trainingProblem(random: Random, more: readonly Family[] = []): Problem {
  return problemFrom(more.length === 0 ? open : [...open, ...more], random, false);
}

/** A problem with held-out names and parameters, of a family in training or of one that is held out as a whole. */
export function heldOutProblem(random: Random, which: 'known-family' | 'held-out-family'): Problem {
  return problemFrom(which === 'known-family' ? open : closed, random, true);
}

/** Maximum number of draws within a family before another one is chosen: held-out problems are rare in some. */
const drawsOfFamily = 3000;

function problemFrom(from: readonly Family[], random: Random, heldOut: boolean): Problem {
  for (;;) {
    const family = pickWeighted(
      random,
      from,
      from.map(({ weight }) => weight),
    );
    for (let draws = 0; draws < drawsOfFamily; draws++) {
      const problem = drawFrom(family, random, heldOut);
      if (problem !== undefined) return problem;
    }
  }
}

/**
 * undefined when the draw is on the other side, or is not a usable problem. Where parameters are few, only names are held out.
 */
export function drawFrom(family: Family, random: Random, heldOut: boolean): Problem | undefined {
  const names = { name: pick(random, family.names), args: pick(random, family.args) };
  const params = family.params(random);
  if (namesHeldOut(names) !== heldOut) return undefined;
  if (splitsParams(family) && paramsHeldOut(family, params) !== heldOut) return undefined;
  return drawProblem(family, names, params, random);
}

export function drawnReading(problem: Problem, random: Random): Problem['readings'][number] {
  return pickWeighted(
    random,
    problem.readings,
    problem.readings.map(({ weight }) => weight),
  );
}

/** Every reading is equally likely: what a developer means is not always what is most plausible. */
export function anyReading(problem: Problem, random: Random): Problem['readings'][number] {
  return pick(random, problem.readings);
}
