import { parseAnswer } from '../../../src/agent/answer/parse.ts';
import type { Task } from '../../../src/agent/task.ts';
import { fencedData } from '../../../src/agent/text/sanitise.ts';
import type { PastTurn } from '../../../src/agent/turn.ts';
import { unparsableVerdict } from '../../../src/agent/unparsable.ts';
import type { Verdict } from '../../../src/agent/verdict.ts';
import { agentTask } from '../../../src/benchmarks/smallfix/agent-task.ts';
import { drawnReading } from '../../../src/benchmarks/smallfix/draw.ts';
import { type Problem, type ProblemReading, testsOf } from '../../../src/benchmarks/smallfix/problem.ts';
import type { SmallFixTest } from '../../../src/benchmarks/smallfix/task.ts';
import { testFile, testPath } from '../../../src/benchmarks/smallfix/test-file.ts';
import { type EvidenceLevel, verdictOf } from '../../../src/benchmarks/smallfix/verdict.ts';
import { pick, type Random, sample } from '../../../src/shared/random.ts';
import { brokenSource } from './broken.ts';
import { otherReading, outcomeOf } from './draw.ts';

/** A problem as a session sees it: the request, the target, and the tests in the workspace. */
export interface Situation {
  readonly problem: Problem;
  /** What the developer means. */
  readonly reading: ProblemReading;
  readonly path: string;
  readonly text: string;
  readonly request: string;
  /** Evidence and comments refer to these only. */
  readonly tests: readonly SmallFixTest[];
}

export function pathOf({ names }: Problem): string {
  return `src/${names.name}.js`;
}

/** The answer that is this source. */
export function answerOf(source: string): string {
  return fencedData(source, 'js');
}

const plainNames = [
  'empty',
  'one value',
  'two values',
  'several',
  'small',
  'large',
  'at the limit',
  'usual case',
  'special case',
];

/** A few tests, as in a small test file, at least one of which tells the readings apart. Names show the call, or say little. */
export function visibleTests(problem: Problem, reading: ProblemReading, random: Random): readonly SmallFixTest[] {
  const all = testsOf(problem, reading);
  const telling = all.filter((_, index) =>
    problem.readings.some((other) => JSON.stringify(other.expected[index]) !== JSON.stringify(reading.expected[index])),
  );
  const chosen = new Set([...sample(random, telling, 1), ...sample(random, all, 2)]);
  const tests = all.filter((test) => chosen.has(test) && test.name.length < 80);
  if (random() < 0.6) return tests;
  const names = sample(random, plainNames, tests.length);
  return tests.map((test, index) => ({ ...test, name: names[index] ?? test.name }));
}

function verdictOn(situation: Situation, source: string, level: EvidenceLevel): Verdict {
  const { problem, path, tests } = situation;
  const outcome = outcomeOf(problem, source);
  const indices = tests.map((test) => problem.inputs.indexOf(test.args));
  const shown = outcome.kind === 'ran' ? { ...outcome, calls: indices.map((index) => outcome.calls[index]!) } : outcome;
  return verdictOf({ path, symbol: problem.names.name, tests }, shown, level);
}

/** The task in the loop: with the tests' evidence and file, or without them as in the benchmark. */
export function taskOf(situation: Situation, known: 'nothing' | 'evidence' | 'tests'): Task {
  const { problem, request, path, text, tests } = situation;
  const task = agentTask({ id: 'example', request, path, text });
  if (known === 'nothing') return task;
  const baseline = verdictOn(situation, text, 'workspace');
  const neighbour = { path: testPath(path), text: testFile(path, problem.names.name, tests), language: 'js' };
  return { ...task, baseline, neighbours: known === 'tests' ? [neighbour] : [] };
}

/** A turn that failed, without its follow-up. */
export function failedTurn(
  situation: Situation,
  task: Task,
  turn: number,
  source: string,
  level: EvidenceLevel,
): PastTurn {
  const answerText = answerOf(source);
  const answer = parseAnswer(answerText, task);
  const verdict = answer.kind === 'unparsable' ? unparsableVerdict(answer) : verdictOn(situation, source, level);
  return { turn, answerText, answer, verdict, temperature: 0.7, followUp: '' };
}

export type Fault = 'reading' | 'bug' | 'broken';

/** What a failed attempt was. */
export interface WrongSource {
  readonly source: string;
  readonly fault: 'bug' | 'broken' | ProblemReading;
}

/**
 * A source that does not do what is meant: another reading, a fault, or invalid code.
 * @param not readings that it must not be
 * @param target text that it should differ from, if possible
 */
export function wrongSource(
  problem: Problem,
  random: Random,
  fault: Fault,
  not: readonly ProblemReading[],
  target: string,
): WrongSource {
  const other = fault === 'reading' ? otherReading(problem, random, not) : undefined;
  if (other !== undefined) return { source: other.source, fault: other };
  const bugs = problem.bugs.filter((bug) => bug !== target);
  const broken = fault === 'broken' ? brokenSource(drawnReading(problem, random).source, random) : undefined;
  // Not every slip can be made in every source.
  if (broken !== undefined && outcomeOf(problem, broken).kind === 'syntax') return { source: broken, fault: 'broken' };
  return { source: pick(random, bugs.length > 0 ? bugs : problem.bugs), fault: 'bug' };
}

export function someBug(problem: Problem, random: Random): string {
  return pick(random, problem.bugs);
}
