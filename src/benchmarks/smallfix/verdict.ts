import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type FailureKind, rewardOf, type TestResult, type Verdict, type VerdictReason } from '../../agent/verdict.ts';
import { decoded, encodedJson, sameValue } from './encoded.ts';
import type { CallOutcome, RunOutcome } from './judge/run-trusted.ts';
import type { SmallFixTest } from './task.ts';
import { lineOfTest, testPath } from './test-file.ts';

/**
 * How much of a failure the loop may see (words §Evidence): L0, that the attempt was rejected; L1, also the class of the
 * failure; `workspace`, what a test run shows, which reveals the hidden tests.
 */
export type EvidenceLevel = 'L0' | 'L1' | 'workspace';

const classes: Readonly<Partial<Record<FailureKind, string>>> = {
  syntax: 'The attempt was rejected: it has a syntax error.',
  import: 'The attempt was rejected: it imports something or does not export the function.',
  runtime: 'The attempt was rejected: it throws an error.',
  'wrong-result': 'The attempt was rejected: a result is wrong.',
  timeout: 'The attempt was rejected: it does not end.',
};

export interface JudgedTask {
  readonly path: string;
  readonly symbol: string;
  readonly tests: readonly SmallFixTest[];
}

export function verdictOf(judged: JudgedTask, outcome: RunOutcome, level: EvidenceLevel, milliseconds = 0): Verdict {
  // Node takes long to explain a difference, so this is done only where it is shown.
  const results = resultsOf(judged, outcome, level === 'workspace');
  const failed = results.filter(({ status }) => status !== 'passed').length;
  const passed = results.length - failed;
  if (failed === 0 && results.length > 0) {
    const tests = level === 'workspace' ? results : [];
    const detail = `All ${passed} tests passed.`;
    return {
      reward: 1,
      reason: 'passed',
      detail,
      passed,
      failed: 0,
      skipped: 0,
      errored: 0,
      tests,
      output: '',
      milliseconds,
    };
  }
  const kind = kindOf(outcome);
  const counts = { passed: 0, failed: 0, skipped: 0, errored: 0 };
  // Typed so that no string of a test can get into L0 and L1: everything comes from a table.
  const hidden = (detail: string, more: Partial<Verdict>): Verdict => ({
    reward: -1,
    reason: 'tests-failed',
    detail,
    ...counts,
    tests: [],
    output: '',
    milliseconds,
    ...more,
  });
  if (level === 'L0') return hidden('The attempt was rejected.', {});
  if (level === 'L1') return hidden(classes[kind] ?? 'The attempt was rejected.', { failureKind: kind });
  return workspaceVerdict(judged, outcome, results, kind, milliseconds);
}

function kindOf(outcome: RunOutcome): FailureKind {
  if (outcome.kind !== 'ran') return outcome.kind;
  return outcome.calls.some((call) => 'error' in call) ? 'runtime' : 'wrong-result';
}

/** A run of node:test as `retune fix` sees it. */
function workspaceVerdict(
  { path }: JudgedTask,
  outcome: RunOutcome,
  results: readonly TestResult[],
  failureKind: FailureKind,
  milliseconds: number,
): Verdict {
  const common = { skipped: 0, failureKind, output: '', milliseconds };
  if (outcome.kind === 'timeout') {
    const detail = 'The tests did not end within 60 s and were stopped.';
    return { ...common, reward: -1, reason: 'timeout', detail, passed: 0, failed: 0, errored: 0, tests: [] };
  }
  if (outcome.kind !== 'ran') {
    const file = testPath(path);
    const failure = { message: outcome.message, frames: [{ path, line: 1 }] };
    const tests: TestResult[] = [{ id: `${file} › (could not be run)`, name: file, status: 'errored', failure }];
    const reason: VerdictReason = 'broken-by-attempt';
    const detail = `1 test or file could not be run: ${file}.`;
    return { ...common, reward: rewardOf[reason], reason, detail, passed: 0, failed: 0, errored: 1, tests };
  }
  const bad = results.filter(({ status }) => status === 'failed');
  const named = bad.slice(0, 5).map(({ name }) => name.slice(0, 120));
  const more = bad.length > 5 ? ` and ${bad.length - 5} more` : '';
  return {
    ...common,
    reward: -1,
    reason: 'tests-failed',
    detail: `${bad.length} of ${results.length} tests failed: ${named.join(', ')}${more}.`,
    passed: results.length - bad.length,
    failed: bad.length,
    errored: 0,
    tests: [...bad, ...results.filter(({ status }) => status === 'passed')],
  };
}

function resultsOf(judged: JudgedTask, outcome: RunOutcome, explained: boolean): readonly TestResult[] {
  const file = testPath(judged.path);
  return judged.tests.map((test, index) => {
    const call = outcome.kind === 'ran' ? outcome.calls[index] : undefined;
    const base = { id: `${file} › ${test.name}`, name: test.name, file };
    if (
      call !== undefined &&
      'value' in call &&
      sameValue(JSON.stringify(call.value), JSON.stringify(encodedJson(test.expected)))
    ) {
      return { ...base, status: 'passed' };
    }
    if (call === undefined || !explained) return { ...base, status: 'failed' };
    return { ...base, status: 'failed', failure: failureOf(judged, test, call, file, lineOfTest(index)) };
  });
}

function failureOf(
  judged: JudgedTask,
  test: SmallFixTest,
  call: CallOutcome,
  file: string,
  line: number,
): NonNullable<TestResult['failure']> {
  const frame = { path: file, line, symbol: 'TestContext.<anonymous>' };
  if ('error' in call) {
    return { message: call.error[1], frames: [{ path: judged.path, line: 2, symbol: judged.symbol }, frame] };
  }
  const actual = decoded(call.value);
  return {
    message: assertionMessage(actual, test.expected),
    expected: inspect(test.expected),
    actual: inspect(actual),
    frames: [frame],
  };
}

/** Node's own words for the difference. */
function assertionMessage(actual: unknown, expected: unknown): string {
  try {
    if (typeof expected === 'object' && expected !== null) assert.deepEqual(actual, expected);
    else assert.equal(actual, expected);
  } catch (error) {
    return (error as Error).message;
  }
  return 'The values are not equal.';
}
