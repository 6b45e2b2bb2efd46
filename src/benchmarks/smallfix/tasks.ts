import { integer, mulberry32, pick, pickWeighted, type Random } from '../../shared/random.ts';
import { commentsOf } from './developer.ts';
import { anyReading, drawnReading, heldOutProblem, trainingProblem } from './draw.ts';
import { type Problem, testsOf } from './problem.ts';
import { requestText } from './request.ts';
import { normalised } from './splits.ts';
import type { HeldOutAspect, SmallFixTask } from './task.ts';

export interface TaskOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 240. */
  readonly limit?: number;
  /** Share of tasks whose request leaves several readings open. Default 0.6. */
  readonly ambiguous?: number;
  /**
   * Probability that the developer's meaning of an ambiguous task is drawn by plausibility; otherwise every reading is equally
   * likely. Default 0.
   */
  readonly plausible?: number;
}

/** Shares of what is held out in addition to the solution, which always is. */
const heldOutShares: readonly (readonly [HeldOutAspect, number])[] = [
  ['parameters', 0.6],
  ['phrasing', 0.25],
  ['family', 0.15],
];

/** After this number of draws without a new task there are no more tasks. */
const mostDraws = 2000;

/** Deterministic; no two tasks have the same request and target. */
export function tasks(split: SmallFixTask['split'], options: TaskOptions = {}): SmallFixTask[] {
  const { seed = 1, limit = 240 } = options;
  const random = mulberry32(seed ^ (split === 'train' ? 0x51ab : 0x7e57));
  const seen = new Set<string>();
  const found: SmallFixTask[] = [];
  for (let draws = 0; found.length < limit && draws < mostDraws; draws++) {
    const task = drawTask(split, options, random, found.length + 1);
    const key = normalised(`${task.request} ${task.text}`);
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(task);
    draws = 0;
  }
  return found;
}

function drawTask(split: SmallFixTask['split'], options: TaskOptions, random: Random, number: number): SmallFixTask {
  const { ambiguous: share = 0.6, plausible = 0 } = options;
  const wanted = random() < share;
  const heldOut = split === 'train' ? undefined : pickWeighted(random, ...columns(heldOutShares));
  const problem = problemFor(heldOut, wanted, random);
  const reading = random() < plausible ? drawnReading(problem, random) : anyReading(problem, random);
  const ambiguous = wanted && problem.readings.length > 1;
  const request = requestText(problem, random, {
    heldOut: heldOut === 'phrasing',
    ...(!ambiguous && { reading }),
  });
  return {
    id: `${split}-${String(number).padStart(4, '0')}-${problem.family.id}`,
    family: problem.family.id,
    split,
    ...(heldOut !== undefined && { heldOut }),
    request,
    ambiguous,
    path: `src/${problem.names.name}.js`,
    text: integer(random, 0, 99) < 55 ? problem.stub : pick(random, problem.bugs),
    symbol: problem.names.name,
    reading: bare(reading),
    readings: problem.readings.map(bare),
    tests: testsOf(problem, reading),
    comments: commentsOf(problem, reading, { heldOut: split === 'heldout' }),
  };
}

/** One with several readings if the request is to be ambiguous; otherwise any. */
function problemFor(heldOut: HeldOutAspect | undefined, several: boolean, random: Random): Problem {
  for (;;) {
    const problem =
      heldOut === undefined
        ? trainingProblem(random)
        : heldOutProblem(random, heldOut === 'family' ? 'held-out-family' : 'known-family');
    if (!several || problem.readings.length > 1) return problem;
  }
}

function bare({ id, source, says, weight }: Problem['readings'][number]): SmallFixTask['reading'] {
  return { id, source, says, weight };
}

function columns<T>(rows: readonly (readonly [T, number])[]): [T[], number[]] {
  return [rows.map(([item]) => item), rows.map(([, weight]) => weight)];
}
