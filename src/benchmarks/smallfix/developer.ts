import { pick, pickWeighted, type Random } from '../../shared/random.ts';
import { literal, type Problem, type ProblemReading, testsOf } from './problem.ts';
import type { Comments, SmallFixTask, SmallFixTest } from './task.ts';

/** The simulated developer's comments after a failed attempt. */

export type Precision = keyof Comments;

/** How often each precision is chosen when it is `mixed`. */
const usualPrecision: Readonly<Record<Precision, number>> = { vague: 0.4, hints: 0.4, precise: 0.2 };

const nothing = ['Still wrong.', 'No, that is not it.', 'That is not what I meant.', 'Wrong result again.'];

function about(topic: string): readonly string[] {
  return [`Think about ${topic} again.`, `It is wrong about ${topic}.`, `Look at ${topic}.`];
}

export interface CommentSource {
  /** Whether phrases that are held out of training may be used. */
  readonly heldOut: boolean;
}

export function commentsOf(problem: Problem, reading: ProblemReading, { heldOut }: CommentSource): Comments {
  const grumbles = heldOut ? reading.grumbles : reading.grumbles.slice(0, -1);
  const examples = distinguishingTests(problem, reading).slice(0, 3).map(exampleText);
  return {
    vague: [...nothing, ...(problem.topic === undefined ? [] : about(problem.topic))],
    hints: grumbles.map(sentenceOf),
    precise: [...reading.says, ...examples],
  };
}

/** `keep([1, 2]) must be [2].` */
function exampleText({ name, expected }: SmallFixTest): string {
  return `${name} must be ${literal(expected)}.`;
}

/** Tests on which the reading differs from all others, or from some; all tests where there is one reading. Shortest first. */
export function distinguishingTests(problem: Problem, reading: ProblemReading): readonly SmallFixTest[] {
  const others = problem.readings.filter((other) => other !== reading);
  const tests = testsOf(problem, reading);
  const differing = (index: number): number =>
    others.filter((other) => JSON.stringify(other.expected[index]) !== JSON.stringify(reading.expected[index])).length;
  return tests
    .map((test, index) => ({ test, differs: differing(index) }))
    .filter(({ differs }) => others.length === 0 || differs > 0)
    .sort((a, b) => b.differs - a.differs || a.test.name.length - b.test.name.length)
    .map(({ test }) => test);
}

/** Deterministic for the same random state. '' where there is nothing of that precision to say. */
export function developerComment(task: SmallFixTask, random: Random, precision: Precision | 'mixed' = 'mixed'): string {
  const kinds = (Object.keys(usualPrecision) as Precision[]).filter((kind) => task.comments[kind].length > 0);
  const kind =
    precision === 'mixed'
      ? pickWeighted(
          random,
          kinds,
          kinds.map((kind) => usualPrecision[kind]),
        )
      : precision;
  const said = task.comments[kind];
  return said.length === 0 ? '' : pick(random, said);
}

function sentenceOf(grumble: string): string {
  return `${grumble[0]!.toUpperCase()}${grumble.slice(1)}${/[.?!]$/.test(grumble) ? '' : '.'}`;
}
