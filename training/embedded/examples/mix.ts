/** Relative weights of all choices by which examples are drawn. */
export const mix = {
  /** Kinds of examples. */
  kind: { solve: 36, repair: 30, critique: 34 },
  solve: {
    /** The target: an empty function, or one with a fault. */
    target: { stub: 55, bug: 45 },
    /** What is known about the tests: nothing (as in the benchmark), evidence, or also the test file (as in `retune fix`). */
    known: { nothing: 70, evidence: 10, tests: 20 },
    /** How the request is worded; this matters only if there are several readings. */
    request: { open: 45, precise: 40, complaint: 15 },
    /** A comment above the function, which the answer keeps. */
    doc: { without: 92, with: 8 },
  },
  repair: {
    /** Number of failed attempts: one, two … */
    turns: [56, 24, 13, 7],
    /** What is wrong with an attempt. */
    fault: { reading: 72, bug: 24, broken: 4 },
    /** Whether the request says which reading is meant. */
    request: { open: 75, precise: 25 },
    /** What follows failed attempts: instructions, comments as they are, or comments with what the tests show. */
    style: { words: 70, plain: 18, evidence: 12 },
    /** Where there are words, the template sometimes takes their place. */
    followUp: { instruction: 88, fallback: 12 },
    /** The comments behind instructions, and those that enter the history as they are: hints are mostly for the critic. */
    refined: { none: 10, vague: 25, hints: 40, precise: 25 },
    plain: { none: 8, vague: 22, hints: 10, precise: 60 },
  },
  critique: {
    turns: [48, 26, 16, 10],
    fault: { reading: 78, bug: 18, broken: 4 },
    request: { open: 80, precise: 20 },
    comment: { none: 10, vague: 30, hints: 38, precise: 22 },
    evidence: { L0: 72, L1: 8, workspace: 20 },
    prompt: { full: 90, short: 10 },
  },
} as const;
