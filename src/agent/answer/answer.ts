import type { Attempt } from '../task.ts';

/** What a model's text turned out to be. */
export type Answer =
  | { readonly kind: 'attempt'; readonly attempt: Attempt; readonly form: 'block' | 'files' | 'search-replace' }
  | { readonly kind: 'unparsable'; readonly problem: AnswerProblem; readonly detail: string };

/** Why an answer cannot be applied cleanly; `detail` says it in words for the developer and for the semantic stream. */
export type AnswerProblem =
  | 'empty'
  | 'no-block'
  /** The last fence is open: the answer was cut off. */
  | 'unclosed-block'
  | 'several-blocks'
  /** A path that is not among the targets. */
  | 'not-a-target'
  | 'search-not-found'
  | 'search-ambiguous'
  | 'malformed-search-replace'
  /** The target would stay as it is. */
  | 'unchanged'
  /** The block replaces the target but is a fragment of it, with an ellipsis for the rest ("// … rest of the code"). */
  | 'elided'
  /** The symbol that the block should replace is not in it. */
  | 'symbol-missing';
