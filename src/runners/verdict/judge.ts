import { rewardOf, type TestResult, type Verdict } from '../../agent/verdict.ts';
import type { Baseline, Selection, TestRun } from '../runner.ts';
import { endOf, plainText } from '../running/output-text.ts';
import { failureKindOf } from './failure-kind.ts';
import { type Finding, type Findings, findings } from './findings.ts';

export interface JudgeContext {
  /** Absent for the baseline itself and where there is none. */
  readonly baseline?: Baseline;
  /** Protected files that are not what they were when the session began. */
  readonly protectedChanged?: readonly string[];
}

const outputLimit = 4000;

/** Turns one run into a reward and the evidence for it. Pure. */
export function judge(run: TestRun, context: JudgeContext): Verdict {
  const tests = testsOf(run);
  const counts = countByStatus(tests);
  const { reason, detail } = firstFinding({ run, tests, counts, ...context });
  const output = outputOf(run);
  const reward = rewardOf[reason];
  const failureKind = reason === 'timeout' ? 'timeout' : reward === 1 ? undefined : failureKindOf(tests, output);
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

/**
 * Whether a verdict on a selection says enough: a failure does, everything else (success before all) has to be seen in a
 * run of all tests.
 */
export function isFinal(verdict: Verdict, selection: Selection): boolean {
  return selection.kind === 'all' || verdict.reward === -1;
}

function firstFinding(all: Findings): Finding {
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
function testsOf({ report }: TestRun): readonly TestResult[] {
  if (report === undefined) return [];
  const problems = report.problems.map(
    ({ where, message }): TestResult => ({
      id: `${where} › (could not be run)`,
      name: where,
      status: 'errored',
      failure: { message, frames: [] },
    }),
  );
  return [...report.tests, ...problems].sort((a, b) => order[a.status] - order[b.status]);
}

function countByStatus(tests: readonly TestResult[]): Findings['counts'] {
  const counts = { passed: 0, failed: 0, skipped: 0, errored: 0 };
  for (const { status } of tests) counts[status]++;
  return counts;
}

function outputOf({ end }: TestRun): string {
  const both = [end.stdout, end.stderr].map((text) => plainText(text.slice(-8 * outputLimit)).trimEnd());
  return endOf(both.filter((text) => text !== '').join('\n'), outputLimit);
}
