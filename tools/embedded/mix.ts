/** Relative weights of everything that examples are drawn by. */
export const mix = {
  /** Kinds of examples. */
  kind: { solve: 50, repair: 30, critique: 20 },
  solve: {
    /** What is changed: an empty function, or one with a fault. */
    target: { stub: 55, bug: 45 },
    /** What is known of the tests: nothing (as in replay), or evidence, or also the test file (as `retune fix` shows them). */
    known: { nothing: 70, evidence: 10, tests: 20 },
    /** How the request is worded; only for several readings does it matter. */
    request: { open: 45, precise: 40, complaint: 15 },
    /** A comment over the function, which the answer keeps. */
    doc: { without: 92, with: 8 },
  },
  repair: {
    attempts: { one: 75, two: 25 },
    /** What was wrong with an attempt. */
    fault: { reading: 72, bug: 24, broken: 4 },
    /** What follows a failed attempt. `uninformative` teaches to try something else when nothing is known. */
    followUp: { instruction: 64, fallback: 12, comment: 12, evidence: 10, uninformative: 2 },
    /** Where a comment stands in the follow-up. Hints are left to the critic mostly, whose work they are. */
    comment: { hints: 10, precise: 90 },
  },
  critique: {
    fault: { reading: 78, bug: 18, broken: 4 },
    comment: { none: 16, vague: 24, hints: 36, precise: 24 },
    evidence: { L0: 68, L1: 10, workspace: 22 },
    /** How many critiques came before. */
    earlier: { none: 72, one: 28 },
    prompt: { full: 92, short: 8 },
  },
} as const;
