import type { Attempt } from '../task.ts';

/** What a model's text was parsed as. */
export type Answer =
  | {
      readonly kind: 'attempt';
      readonly attempt: Attempt;
      readonly form: 'block' | 'files' | 'search-replace';
      /** Members of classes that stay although the block has the class without them: `Stack.clear`. */
      readonly kept?: readonly string[];
    }
  | { readonly kind: 'unparsable'; readonly problem: AnswerProblem; readonly detail: string };

/** Why an answer cannot be applied cleanly; `detail` says it in words for the developer and for the semantic stream. */
export type AnswerProblem =
  | 'empty'
  | 'no-block'
  /** The last fence is not closed: the answer was cut off. */
  | 'unclosed-block'
  | 'several-blocks'
  /** It names a path that is not among the targets. */
  | 'not-a-target'
  | 'search-not-found'
  | 'search-ambiguous'
  | 'malformed-search-replace'
  /** The target would not change. */
  | 'unchanged'
  /** The block replaces the target but is a fragment of it, with an ellipsis for the rest ("// … rest of the code"). */
  | 'elided'
  /** The block does not contain the symbol that it should replace. */
  | 'symbol-missing'
  /** It is not clear where its parts belong, or what they would make of the file does not parse. */
  | 'unclear';
