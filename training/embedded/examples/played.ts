import type { Problem, ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import { pick, pickWeighted, type Random } from '../../../src/shared/random.ts';
import { trainingComment } from './comments.ts';
import { choose, otherReading } from './draw.ts';
import { type Fault, type WrongSource, wrongSource } from './situation.ts';

/** A failed turn of a session as it might have happened. */
export interface PlayedTurn {
  readonly wrong: WrongSource;
  /** The developer's comment. */
  readonly comment: string;
  /** Whether comment, evidence or request say what is meant. */
  readonly told: boolean;
  /** What a good critic then asks for; undefined when nothing is known about the readings. */
  readonly asked: ProblemReading | undefined;
  /** Index of the reading's sentence that says it, cyclic: a different one each time. */
  readonly sentence: number;
}

export interface Play {
  readonly turns: number;
  readonly meant: ProblemReading;
  /** The target before any attempt. */
  readonly text: string;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly comments: Readonly<Record<'none' | 'vague' | 'hints' | 'precise', number>>;
  /** Whether the request or the evidence says what is meant. */
  readonly settled: boolean;
}

/** How often an attempt repeats the one before or follows a wrong guess, and how often a critic is mistaken. */
const repeated = 0.25;
const followed = 0.7;
const mistaken = 0.08;

/**
 * What was asked for and did not help is not asked for again; what was asked for and not done is, in other words. A guess is
 * something that has not been tried.
 */
export function played(problem: Problem, random: Random, play: Play): readonly PlayedTurn[] {
  const turns: PlayedTurn[] = [];
  const tried: ProblemReading[] = [];
  while (turns.length < play.turns) {
    const last = turns.at(-1);
    const wrong = attempt(problem, random, play, last, tried);
    if (typeof wrong.fault === 'object') tried.push(wrong.fault);
    const precision = choose(random, play.comments);
    const comment = trainingComment(problem, play.meant, random, precision);
    const told = play.settled || precision === 'hints' || precision === 'precise' || problem.readings.length === 1;
    const sensible = told ? play.meant : guess(problem, random, wrong, last, tried);
    const wrongly = turns.length + 1 < play.turns && random() < mistaken;
    const asked = wrongly ? pick(random, problem.readings) : sensible;
    const sentence = asked !== undefined && asked === last?.asked ? last.sentence + 1 : 0;
    turns.push({ wrong, comment, told, asked, sentence });
  }
  return turns;
}

/** The readings that no attempt has taken, by plausibility. The one that is meant is always among them. */
export function untried(problem: Problem, turns: readonly PlayedTurn[], random: Random): ProblemReading {
  const left = problem.readings.filter((reading) => turns.every(({ wrong }) => wrong.fault !== reading));
  return pickWeighted(
    random,
    left,
    left.map(({ weight }) => weight),
  );
}

function attempt(
  problem: Problem,
  random: Random,
  { meant, text, faults }: Play,
  last: PlayedTurn | undefined,
  tried: readonly ProblemReading[],
): WrongSource {
  if (last !== undefined && random() < repeated) return last.wrong;
  const asked = last?.asked;
  if (asked !== undefined && asked !== meant && random() < followed) return { source: asked.source, fault: asked };
  return wrongSource(problem, random, choose(random, faults), [meant, ...(random() < 0.6 ? tried : [])], text);
}

function guess(
  problem: Problem,
  random: Random,
  { fault }: WrongSource,
  last: PlayedTurn | undefined,
  tried: readonly ProblemReading[],
): ProblemReading | undefined {
  if (last?.asked !== undefined && !tried.includes(last.asked)) return last.asked;
  return typeof fault === 'object' ? otherReading(problem, random, tried) : undefined;
}
