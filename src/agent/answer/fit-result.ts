import type { AnswerProblem } from './answer.ts';

export type FitResult =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Members of classes that stay although the block has the class without them. */
      readonly kept?: readonly string[];
    }
  | { readonly kind: 'problem'; readonly problem: AnswerProblem; readonly detail: string };

export function problem(kind: AnswerProblem, detail: string): FitResult & { readonly kind: 'problem' } {
  return { kind: 'problem', problem: kind, detail };
}
