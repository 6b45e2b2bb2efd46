import type { TestResult, VerdictReason } from '../../agent/verdict.ts';
import type { Baseline, TestRun } from '../runner.ts';
import type { Trouble } from './blame.ts';

/** Everything that a verdict is based on. */
export interface Facts {
  readonly run: TestRun;
  readonly tests: readonly TestResult[];
  readonly counts: Readonly<Record<TestResult['status'], number>>;
  readonly baseline?: Baseline;
  readonly protectedChanged?: readonly string[];
}

export interface Finding {
  readonly reason: VerdictReason;
  /** One sentence. */
  readonly detail: string;
  /** What kept tests from running that ran at the baseline; whether it was the attempt, `blame` finds out. */
  readonly troubles?: readonly Trouble[];
}
