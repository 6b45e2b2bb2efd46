/** What the window is doing. */
export type State =
  | { readonly kind: 'idle' }
  /** `over` resolves when nothing of the session is running any more. */
  | { readonly kind: 'running'; readonly stop: AbortController; readonly over: Promise<void> }
  | { readonly kind: 'reviewing'; readonly review: PendingReview };

/** A change that waits for the developer's decision. */
export interface PendingReview {
  /** Opens the change as a diff. */
  show(): Promise<void>;
  /** Asks for the decision in a notification. @param solved the tests pass, so that keeping is what is expected */
  ask(text: string, solved: boolean): Promise<void>;
  keep(): Promise<void>;
  /** @throws RetuneError `extension.unsaved-in-review` */
  undo(): Promise<void>;
  /** Without a decision: the session's record stays open, and the next session in the folder offers to undo. */
  close(): Promise<void>;
  /** The worker died: nothing can be decided here any more, and the developer is told where it can. */
  abandon(): void;
}
