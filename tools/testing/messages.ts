/** What the main process and a child process that runs tests say to each other. */

export type Count = 'passed' | 'failed' | 'skipped';

export type ToChild =
  | { readonly kind: 'run'; readonly file: string }
  /** There is nothing left to do: the child is to end by itself. */
  | { readonly kind: 'end' };

export type FromChild =
  /** One test has ended, or a file could not be loaded. `text`: lines about a failure. */
  | { readonly kind: 'counted'; readonly count: Count; readonly text?: string }
  | { readonly kind: 'ended' }
  /** It should have ended by itself. */
  | { readonly kind: 'open'; readonly resources: readonly string[] };
