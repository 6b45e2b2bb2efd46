import type { ArmName } from './arms.ts';
import type { RunHeader } from './results.ts';

/** What is known of one arm. Shares are of finished task runs; all are in [0, 1]. The fields are those of `results.json`. */
export interface ArmMetrics {
  readonly what: string;
  /** Finished task runs: the denominator. */
  readonly sessions: number;
  readonly tasks: number;
  /** Task runs that failed, for example because the model's process ended; counted in no other number. */
  readonly failed: number;
  /** Solved by the first attempt. */
  readonly turn1: number;
  /** Solved within the limit, with Wilson's 95 % interval over runs. */
  readonly solved: number;
  readonly solvedLow: number;
  readonly solvedHigh: number;
  /** The same by a bootstrap over tasks, which takes into account that runs of one task are alike. */
  readonly solvedTaskLow: number;
  readonly solvedTaskHigh: number;
  /** Mean number of turns; an unsolved run counts as the limit. Interval: bootstrap over tasks. */
  readonly avgTurns: number;
  readonly avgTurnsLow: number;
  readonly avgTurnsHigh: number;
  /** By turn: solved by its end. */
  readonly solvedBy: readonly number[];
  /**
   * Correction uplift, first definition: the share of runs whose first attempt failed that are solved later,
   * (solved − turn1) / (1 − turn1). Null when no first attempt failed.
   */
  readonly corrected: number | null;
  /** Correction uplift, second definition: what the later turns add to the share of solved runs, solved − turn1. */
  readonly correctionGain: number;
  /** Runs that ended unsolved before the limit. */
  readonly endedEarly: number;
  readonly updates: UpdateMetrics | null;
  readonly words: WordsMetrics | null;
  /** Mean seconds per turn, by what they were spent on. */
  readonly secondsPerTurn: {
    readonly model: number;
    readonly tests: number;
    readonly words: number;
    readonly update: number;
  };
}

/** Means over updates; those of accepted ones unless said otherwise. */
export interface UpdateMetrics {
  readonly computed: number;
  readonly rolledBack: number;
  /** Of those computed. */
  readonly rollbackShare: number;
  /** Rejected attempts without an update, for example after two rollbacks in a row. */
  readonly skipped: number;
  /** ‖Δθ‖₂. */
  readonly deltaNorm: number | null;
  /** Mean per-token KL(before ‖ after) on the response that the update was computed from, nat. */
  readonly klResponse: number | null;
  /** Mean per-token KL(base ‖ after) on the anchors, nat. */
  readonly klAnchors: number | null;
  /** Mean per-token entropy on the response, nat. */
  readonly entropyBefore: number | null;
  readonly entropyAfter: number | null;
  /** Change of log π(y) of the whole response, nat. */
  readonly logProbChange: number | null;
  /** Mean ‖Δθ‖₂ by turn; null where there was no update. */
  readonly deltaNormBy: readonly (number | null)[];
  /** Mean KL on the response by turn, nat: what a placebo must have in common with the real updates. */
  readonly klResponseBy: readonly (number | null)[];
  readonly updatesBy: readonly number[];
}

export interface WordsMetrics {
  readonly instructions: number;
  /** Written by the template because the model's words could not be used. */
  readonly fallback: number;
  /** Instructions that contained hidden text and were replaced by the template. */
  readonly leaks: number;
}

/** One arm against another on the same tasks and seeds: first minus second. */
export interface Difference {
  readonly method: ArmName;
  readonly against: ArmName;
  /** Pairs of finished runs. */
  readonly pairs: number;
  /** Of the share of solved runs, with a 95 % interval by bootstrap over tasks. */
  readonly solved: number;
  readonly solvedLow: number;
  readonly solvedHigh: number;
  readonly avgTurns: number;
  readonly avgTurnsLow: number;
  readonly avgTurnsHigh: number;
}

export interface RunMetrics {
  readonly run: Omit<RunHeader, 'kind'>;
  readonly seeds: readonly number[];
  readonly firstTurns: { readonly done: number; readonly failed: number; readonly planned: number };
  readonly methods: Partial<Record<ArmName, ArmMetrics>>;
  readonly differences: readonly Difference[];
}
