/** What a policy can do besides counting tokens and generating. Whoever uses a policy asks before calling the rest. */
export interface Capabilities {
  /** Its weights can change: `update` and `adapters` work. */
  readonly adapts: boolean;
  /** Updates see the distribution over the whole vocabulary, as centring and a teacher's terms need; else drawn tokens only. */
  readonly distils: boolean;
  /** `generateBatch` decodes several answers together. */
  readonly batches: boolean;
  /** What is learnt in a workspace folder is kept: `workspace` works. */
  readonly persists: boolean;
  /** `score` works. */
  readonly scores: boolean;
  /**
   * Counts of tokens are exact, and results hold the tokens that the model saw. Otherwise counts err on the large side, and
   * the lists of tokens in results are empty.
   */
  readonly exactTokens: boolean;
  /** An answer can be begun with a prefix, which the model continues. */
  readonly continues: boolean;
}

export const allCapabilities: Capabilities = {
  adapts: true,
  distils: true,
  batches: true,
  persists: true,
  scores: true,
  exactTokens: true,
  continues: true,
};

/** A model that answers, and nothing else. */
export const wordsOnly: Capabilities = {
  adapts: false,
  distils: false,
  batches: false,
  persists: false,
  scores: false,
  exactTokens: false,
  continues: false,
};
