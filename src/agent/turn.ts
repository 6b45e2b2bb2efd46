import type { Answer } from './answer/answer.ts';
import type { Verdict } from './verdict.ts';
import type { Critique } from './words/words.ts';

/** A turn that has ended: what the next prompt, the guards and a resumed session need to know about it. */
export interface PastTurn {
  readonly turn: number;
  /** Without the thinking. */
  readonly answerText: string;
  readonly answer: Answer;
  readonly verdict: Verdict;
  readonly temperature: number;
  readonly sameAs?: number;
  /** What follows this attempt in the history: the refined instruction, or without words the plain follow-up. */
  readonly followUp: string;
  readonly critique?: Critique;
}

/** Equal if and only if two attempts would write the same files; unparsable answers are compared by their text. */
export function attemptKey({ answer, answerText }: Pick<PastTurn, 'answer' | 'answerText'>): string {
  if (answer.kind === 'unparsable') {
    return answer.problem === 'unchanged' ? 'unchanged' : `text:${answerText.trim()}`;
  }
  const files = [...answer.attempt.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return `files:${JSON.stringify(files.map(({ path, text }) => [path, text]))}`;
}
