import { commentsOf } from '../../../src/benchmarks/smallfix/developer.ts';
import type { Problem, ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, type Random } from '../../../src/shared/random.ts';

/** A developer's comment in training; precise where there is only one reading, at which nothing can be hinted. */
export function trainingComment(
  problem: Problem,
  reading: ProblemReading,
  random: Random,
  precision: 'none' | 'vague' | 'hints' | 'precise',
): string {
  if (precision === 'none') return '';
  const comments = commentsOf(problem, reading, { heldOut: false });
  const said = precision === 'hints' && comments.hints.length === 0 ? comments.precise : comments[precision];
  return pick(random, said);
}
