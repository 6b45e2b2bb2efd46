export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is held out of training in a held-out task; in every case its solution is as well. */
export type HeldOutAspect = 'parameters' | 'phrasing' | 'family';

export interface SmallFixTest {
  readonly name: string;
  readonly args: readonly Json[];
  readonly expected: Json;
}

/** One plausible meaning of a request. */
export interface Reading {
  readonly id: string;
  /** Whole file. */
  readonly source: string;
  /** Sentences that say exactly this meaning. */
  readonly says: readonly string[];
  /** How plausible it is among those of its problem; they sum to 1. */
  readonly weight: number;
}

/** A small pure function with a request that may be understood in several ways; only the tests decide. */
export interface SmallFixTask {
  readonly id: string;
  readonly family: string;
  readonly split: 'train' | 'heldout';
  /** Absent in the training split. */
  readonly heldOut?: HeldOutAspect;
  readonly request: string;
  /** Whether the request leaves more than one reading open. */
  readonly ambiguous: boolean;
  readonly path: string;
  /** The target before any attempt: a stub or a faulty version. */
  readonly text: string;
  /** Name of the function under test. */
  readonly symbol: string;
  /** Hidden: what the developer meant. Not for prompts. */
  readonly reading: Reading;
  /** Hidden: all plausible meanings, the developer's among them. */
  readonly readings: readonly Reading[];
  /** Hidden: they decide. */
  readonly tests: readonly SmallFixTest[];
  readonly comments: Comments;
}

/** What the developer may say about a failed attempt. */
export interface Comments {
  /** Say that it is wrong, and perhaps what about. */
  readonly vague: readonly string[];
  /** Grumbles from which the meaning follows for those who have seen the attempt; empty where there is only one reading. */
  readonly hints: readonly string[];
  /** Name the rule, or an example. */
  readonly precise: readonly string[];
}
