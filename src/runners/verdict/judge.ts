import { type FailureKind, rewardOf, type TestResult, type Verdict, type VerdictReason } from '../../agent/verdict.ts';
import type { Baseline, Selection, TestRun } from '../runner.ts';
import { endOf, plainText } from '../running/output-text.ts';
import { type Blame, blame, type Changes } from './blame.ts';
import type { Facts, Finding } from './facts.ts';
import { failureKindOf, kindOfBroken } from './failure-kind.ts';
import { findings, list } from './findings.ts';
import { problemId } from './trouble.ts';

export interface JudgeContext {
  /** Absent for the baseline itself and where there is none. */
  readonly baseline?: Baseline;
  /** Protected files that are not what they were when the session began. */
  readonly protectedChanged?: readonly string[];
  /** Of an attempt; absent where nothing was attempted. Without them, what cannot be run is nobody's fault. */
  readonly changes?: Changes;
  /** An earlier run of the same attempt was suspected too. */
  readonly suspectedBefore?: boolean;
}

interface Judgement {
  readonly verdict: Verdict;
  /** Something kept tests from running that ran at the baseline: with the changes, it can be said whether it was the attempt. */
  readonly troubled: boolean;
  /** The attempt seems to be what kept the tests from running; if another run gives the same, it was. */
  readonly suspected: boolean;
}

const outputLimit = 4000;

/** Turns one run into a reward and the evidence for it. Pure. */
export function judge(run: TestRun, context: JudgeContext): Verdict {
  return examine(run, context).verdict;
}

/** The same, for runs of an attempt. */
export function examine(run: TestRun, context: JudgeContext): Judgement {
  const tests = testsOf(run);
  const facts: Facts = { run, tests, counts: countByStatus(tests), ...context };
  const found = firstFinding(facts);
  const { changes, suspectedBefore = false } = context;
  const { troubles = [] } = found;
  const blamed = changes && blame(troubles, changes);
  const certain = blamed === 'suspected' && !suspectedBefore ? undefined : blamed;
  const finding = changes && troubles.length > 0 ? explained(found, changes, certain) : found;
  return { verdict: verdictOn(finding, facts), troubled: troubles.length > 0, suspected: blamed !== undefined };
}

/** The finding with who is to blame. */
function explained({ reason, detail }: Finding, { targets, other }: Changes, blamed: Blame | undefined): Finding {
  const files = list(targets.map(({ path }) => path));
  if (blamed === 'proven')
    return { reason: 'broken-by-attempt', detail: `${detail} The error is in what the attempt changed (${files}).` };
  if (blamed === 'suspected')
    return { reason: 'broken-by-attempt', detail: `${detail} It was not so before the attempt changed ${files}.` };
  return { reason, detail: other === undefined ? detail : `${detail} ${other}, which may be the cause.` };
}

function verdictOn({ reason, detail }: Finding, { run, tests, counts }: Facts): Verdict {
  const output = outputOf(run);
  const reward = rewardOf[reason];
  const failureKind = reward === 1 ? undefined : kindOf(reason, tests, output);
  // Where every failure speaks for itself, what was printed beside it only costs room.
  const bad = tests.filter(({ status }) => status === 'failed' || status === 'errored');
  const reportSaysAll = reward === 1 || (bad.length > 0 && bad.every(({ failure }) => failure?.message));
  return {
    reward,
    reason,
    detail: plainText(detail),
    ...counts,
    tests,
    ...(failureKind && { failureKind }),
    output: reportSaysAll ? '' : output,
    milliseconds: Math.round(run.end.milliseconds),
  };
}

function kindOf(reason: VerdictReason, tests: readonly TestResult[], output: string): FailureKind | undefined {
  if (reason === 'timeout') return 'timeout';
  return reason === 'broken-by-attempt' ? kindOfBroken(tests, output) : failureKindOf(tests, output);
}

/**
 * Whether a verdict on a selection says enough: a failure does, everything else (success before all) has to be seen in a
 * run of all tests.
 */
export function isFinal(verdict: Verdict, selection: Selection): boolean {
  return selection.kind === 'all' || verdict.reward === -1;
}

function firstFinding(all: Facts): Finding {
  for (const look of findings) {
    const found = look(all);
    if (found !== undefined) return found;
  }
  const { passed, skipped } = all.counts;
  const also = skipped > 0 ? `, ${skipped} skipped as before` : '';
  return { reason: 'passed', detail: `${passed === 1 ? 'One test' : `All ${passed} tests`} passed${also}.` };
}

const order = { errored: 0, failed: 1, passed: 2, skipped: 3 } as const;

/** Problems outside any test count as errored tests, so that they can be compared with the baseline's. */
function testsOf({ plan, report }: TestRun): readonly TestResult[] {
  if (report === undefined) return [];
  const problems = report.problems.map(
    ({ where, message }): TestResult => ({
      id: problemId(where),
      // Nothing says what could not be run; then it was the command.
      name: where === '' ? plan.display : where,
      status: 'errored',
      failure: { message, frames: [] },
    }),
  );
  return [...report.tests, ...problems].sort((a, b) => order[a.status] - order[b.status]);
}

function countByStatus(tests: readonly TestResult[]): Facts['counts'] {
  const counts = { passed: 0, failed: 0, skipped: 0, errored: 0 };
  for (const { status } of tests) counts[status]++;
  return counts;
}

function outputOf({ end }: TestRun): string {
  const both = [end.stdout, end.stderr].map((text) => plainText(text.slice(-8 * outputLimit)).trimEnd());
  return endOf(both.filter((text) => text !== '').join('\n'), outputLimit);
}
