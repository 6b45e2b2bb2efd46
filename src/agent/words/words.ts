import type { Answer } from '../answer/answer.ts';
import type { AnswerForm } from '../prompts/attempt.ts';
import type { Task } from '../task.ts';
import type { FailureKind, Verdict } from '../verdict.ts';

/** The textual gradient: what went wrong in an attempt (words §1). No new code in it. */
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
  /** The model's answer without its thinking, as it stands in the history. */
  readonly answerText: string;
  readonly answer: Answer;
  readonly verdict: Verdict;
  /** Of the answers that are asked for. Default `block`. */
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
  /** Guards that refused the output; empty = it was used. */
  readonly refused: readonly string[];
  readonly milliseconds: number;
}

/** What the semantic stream made of a failed attempt. */
export interface Words {
  /** x*_{t+1}: what stands in the history in place of the raw comment. */
  readonly instruction: string;
  readonly source: 'model' | 'fallback';
  readonly critique?: Critique;
  readonly calls: readonly WordsCall[];
}

/** The semantic stream: one step of it after a failed attempt. Rejects with `cancelled`; never with a model's bad output. */
export type WordsStream = (input: WordsInput, signal: AbortSignal) => Promise<Words>;
