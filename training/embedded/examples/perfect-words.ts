import type { Task } from '../../../src/agent/task.ts';
import type { FailureKind, Verdict } from '../../../src/agent/verdict.ts';
import { normalCritique } from '../../../src/agent/words/critique.ts';
import { evidenceOf } from '../../../src/agent/words/evidence.ts';
import { refusals, repeatsCause, withAnotherApproach } from '../../../src/agent/words/guards.ts';
import { commentLiterals } from '../../../src/agent/words/situation.ts';
import type { Critique } from '../../../src/agent/words/words.ts';
import type { ProblemReading } from '../../../src/benchmarks/smallfix/problem.ts';
import type { Situation, WrongSource } from './situation.ts';

export interface WordsNeed {
  readonly situation: Situation;
  readonly task: Task;
  readonly wrong: WrongSource;
  readonly verdict: Verdict;
  readonly comment: string;
  /** What the next attempt should do, from the comment or the evidence, or a guess; undefined = only the task. */
  readonly wanted: ProblemReading | undefined;
  /** Whether `wanted` is a guess. */
  readonly guessed: boolean;
  /** The critic's prompt, which may not have had room for all evidence; absent = it had. */
  readonly visible?: string;
  /** Which of a reading's sentences. */
  readonly say: (says: readonly string[]) => string;
}

export interface PerfectWords {
  readonly critique: Critique;
  readonly instruction: string;
}

/** What a good critic would write: short, regular, and entirely based on what it is shown. */
export function perfectWords(need: WordsNeed): PerfectWords {
  const { situation, task, verdict, comment, wanted, guessed, say } = need;
  const { problem, request } = situation;
  const seen = (text: string): boolean => need.visible === undefined || need.visible.includes(text);
  const failure = evidenceOf(verdict).failures.find(
    ({ expected, actual }) =>
      short(expected) && short(actual) && seen(`expected: ${expected}\n`) && seen(`actual: ${actual}\n`),
  );
  const example = /\) must be /.test(comment) ? comment : undefined;
  const requirements = [
    ...(wanted !== undefined && wanted.says.length > 0 ? [say(wanted.says)] : []),
    ...(example === undefined ? [] : [example]),
    ...(failure !== undefined && example === undefined && failure.name.startsWith(`${problem.names.name}(`)
      ? [`${failure.name} must be ${failure.expected}.`]
      : []),
  ];
  const required = requirements.length > 0 ? requirements : [request];
  const critique: Critique = {
    kind: kindOf(need),
    quotes: [
      ...(comment === '' || comment === example ? [] : [comment]),
      ...(failure === undefined ? [] : [`expected: ${failure.expected}`, `actual: ${failure.actual}`]),
    ].slice(0, 2),
    rootCause: causeOf(need),
    attribution: typeof need.wrong.fault === 'object' ? 'ambiguity' : 'capability',
    requirements: required,
    unknowns: guessed && problem.topic !== undefined ? [`what is meant for ${problem.topic}`] : [],
  };
  const instruction = `Change ${problem.names.name}: ${required.join(' ')} Keep the name and the arguments. Return the whole target in one code block.`;
  const literals = commentLiterals({ comment, task });
  const lost = refusals(instruction, { literals, previous: undefined }).length > 0;
  return { critique, instruction: lost ? `${instruction} The developer said: ${comment}` : instruction };
}

/** Both as the loop keeps them after a turn. @param previous those of the turn before */
export function asKept(
  words: PerfectWords,
  previous: Critique | undefined,
): PerfectWords & { readonly repeats: boolean } {
  const critique = normalCritique(words.critique);
  const repeats = repeatsCause(critique, previous);
  return { critique, instruction: withAnotherApproach(words.instruction, repeats), repeats };
}

function short(value: string | undefined): boolean {
  return value !== undefined && value.length < 60 && !value.includes('\n');
}

function kindOf({ wrong, verdict }: WordsNeed): FailureKind {
  if (verdict.failureKind !== undefined && verdict.failureKind !== 'wrong-result') return verdict.failureKind;
  if (wrong.fault === 'broken') return 'syntax';
  return wrong.fault === 'bug' ? 'wrong-result' : 'intent-mismatch';
}

function causeOf({ wrong, verdict }: WordsNeed): string {
  if (typeof wrong.fault === 'object') return `The attempt takes it like this: ${wrong.fault.says[0]}`;
  if (verdict.reason === 'unparsable') {
    return / would stay as it is\./.test(verdict.detail)
      ? 'The attempt changes nothing.'
      : 'The answer is not the whole target in one code block.';
  }
  if (wrong.fault === 'broken') return 'The attempt is no valid code.';
  return verdict.failureKind === 'runtime' ? 'The attempt throws an error.' : 'The attempt has a mistake in its code.';
}
