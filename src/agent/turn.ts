import type { Answer } from './answer/answer.ts';
import type { Verdict } from './verdict.ts';
import type { Critique } from './words/words.ts';

/** A turn that is over and was not the last: what the next prompt, the guards and a resumed session need of it. */
export interface PastTurn {
  readonly turn: number;
  /** Without the thinking. */
  readonly answerText: string;
  readonly answer: Answer;
  readonly verdict: Verdict;
  readonly temperature: number;
  readonly sameAs?: number;
  /** What stands in the history after this attempt: the refined instruction, or the plain follow-up without words. */
  readonly followUp: string;
  readonly critique?: Critique;
}

/** Equal exactly for attempts that would write the same files; unparsable answers are equal when their text is. */
export function attemptKey({ answer, answerText }: Pick<PastTurn, 'answer' | 'answerText'>): string {
  if (answer.kind === 'unparsable') return `text:${answerText.trim()}`;
  const files = [...answer.attempt.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return `files:${JSON.stringify(files.map(({ path, text }) => [path, text]))}`;
}
