import type { Answer } from '../answer/answer.ts';
import type { AnswerForm } from '../prompts/attempt.ts';
import type { Task } from '../task.ts';
import type { FailureKind, Verdict } from '../verdict.ts';

/** The textual gradient: what went wrong in an attempt (words §1). It contains no new code. */
export interface Critique {
  readonly kind: FailureKind;
  /** At most two. */
  readonly quotes: readonly string[];
  /** One or two sentences. */
  readonly rootCause: string;
  readonly attribution: 'ambiguity' | 'capability' | 'both';
  /** At most four, checkable, each traceable to the task, the comment or the evidence. */
  readonly requirements: readonly string[];
  readonly unknowns: readonly string[];
}

export interface WordsInput {
  readonly task: Task;
  readonly turn: number;
  /** The model's answer without its thinking, as in the history. */
  readonly answerText: string;
  readonly answer: Answer;
  readonly verdict: Verdict;
  /** Form of the answer that is asked for. Default `block`. */
  readonly form?: AnswerForm;
  /** The developer's raw follow-up; '' = none. */
  readonly comment: string;
  /** Oldest first. */
  readonly earlier: readonly { readonly turn: number; readonly critique?: Critique; readonly instruction: string }[];
}

/** One call to the critic, for the record. */
export interface WordsCall {
  readonly purpose: 'critique' | 'rewrite' | 'critique-and-rewrite';
  readonly output: string;
  /** Reasons for which guards refused the output; empty = it was used. */
  readonly refused: readonly string[];
  readonly milliseconds: number;
}

/** What the semantic stream produced for a failed attempt. */
export interface Words {
  /** x*_{t+1}: what takes the place of the raw comment in the history. */
  readonly instruction: string;
  readonly source: 'model' | 'fallback';
  readonly critique?: Critique;
  readonly calls: readonly WordsCall[];
}

/**
 * One step of the semantic stream after a failed attempt. Rejects with `cancelled`, but never because of a model's bad output.
 */
export type WordsStream = (input: WordsInput, signal: AbortSignal) => Promise<Words>;
