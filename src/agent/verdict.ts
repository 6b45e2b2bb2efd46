/** What an environment says about an attempt: a reward and the evidence for it. Plain JSON; kept in the session's record. */

/** null = undefined: there is no evidence either way, so there is no update. */
export type Reward = 1 | -1 | null;

/** `errored`: it could not be run (compile error, collection error, crash). What that says of the attempt, the reason tells. */
export type TestStatus = 'passed' | 'failed' | 'skipped' | 'errored';

export interface StackFrame {
  /** Relative to the workspace folder, with `/`. Frames outside are left out. */
  readonly path: string;
  readonly line: number;
  readonly symbol?: string;
}

export interface TestFailure {
  /** Without the stack, control characters and colours; its length is capped. */
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Innermost first. */
  readonly frames: readonly StackFrame[];
}

export interface TestResult {
  /** Unique within a run and stable between runs: file, suites and name joined by ` › `. */
  readonly id: string;
  readonly name: string;
  /** Relative to the workspace folder; absent when the report does not say it. */
  readonly file?: string;
  readonly status: TestStatus;
  readonly milliseconds?: number;
  readonly failure?: TestFailure;
}

/** Failure kinds of the semantic stream (words §1). */
export type FailureKind = 'syntax' | 'import' | 'runtime' | 'wrong-result' | 'timeout' | 'format' | 'intent-mismatch';

export type VerdictReason =
  /** +1: every clause of the rule holds. */
  | 'passed'
  /** −1: tests ran and failed, and nothing that ran at the baseline errored. */
  | 'tests-failed'
  /** −1: because of the attempt, tests that ran at the baseline cannot run: it does not load or compile, or ends the process. */
  | 'broken-by-attempt'
  /** −1: the tests hung on this attempt, and did not at the baseline. */
  | 'timeout'
  /** The reward for everything else is undefined: of what kept the tests from running, nothing shows that it was the attempt. */
  | 'hung-at-baseline'
  | 'tests-errored'
  | 'no-tests'
  | 'all-skipped'
  | 'no-report'
  | 'tests-missing'
  | 'newly-skipped'
  | 'protected-changed'
  | 'exit-code'
  | 'ended-by-signal'
  | 'could-not-start'
  | 'flaky'
  | 'changed-by-others'
  | 'unparsable';

export interface Verdict {
  readonly reward: Reward;
  readonly reason: VerdictReason;
  /** One sentence for the developer: what was seen, with numbers and names. */
  readonly detail: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly errored: number;
  /** Failures and errors first. */
  readonly tests: readonly TestResult[];
  /** Absent when the reward is +1. */
  readonly failureKind?: FailureKind;
  /** The end of what the tests printed, capped and sanitised; '' when the report says everything. */
  readonly output: string;
  readonly milliseconds: number;
}

export const rewardOf: Readonly<Record<VerdictReason, Reward>> = {
  passed: 1,
  'tests-failed': -1,
  'broken-by-attempt': -1,
  timeout: -1,
  'hung-at-baseline': null,
  'tests-errored': null,
  'no-tests': null,
  'all-skipped': null,
  'no-report': null,
  'tests-missing': null,
  'newly-skipped': null,
  'protected-changed': null,
  'exit-code': null,
  'ended-by-signal': null,
  'could-not-start': null,
  flaky: null,
  'changed-by-others': null,
  unparsable: null,
};
