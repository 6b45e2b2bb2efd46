import { pick, pickWeighted, type Random } from '../../shared/random.ts';
import { families } from './families/index.ts';
import type { Family } from './family.ts';
import { drawKey, drawProblem, type Problem } from './problem.ts';
import { isHeldOutKey } from './splits.ts';

const open = families.filter(({ heldOut }) => !heldOut);
const closed = families.filter(({ heldOut }) => heldOut);

/** A problem whose family and key are in training. */
export function trainingProblem(random: Random): Problem {
  return problemFrom(open, random, (key) => !isHeldOutKey(key));
}

/** A problem whose key is held out, of a family in training or of one that is held out as a whole. */
export function heldOutProblem(random: Random, which: 'known-family' | 'held-out-family'): Problem {
  return problemFrom(which === 'known-family' ? open : closed, random, isHeldOutKey);
}

function problemFrom(from: readonly Family[], random: Random, wanted: (key: string) => boolean): Problem {
  for (;;) {
    const family = pickWeighted(
      random,
      from,
      from.map(({ weight }) => weight),
    );
    const drawn = drawKey(family, random);
    const problem = wanted(drawn.key) ? drawProblem(family, drawn, random) : undefined;
    if (problem !== undefined) return problem;
  }
}

export function drawnReading(problem: Problem, random: Random): Problem['readings'][number] {
  return pickWeighted(
    random,
    problem.readings,
    problem.readings.map(({ weight }) => weight),
  );
}

/** Every reading as likely as the others: what a developer means is not always what is most plausible. */
export function anyReading(problem: Problem, random: Random): Problem['readings'][number] {
  return pick(random, problem.readings);
}
