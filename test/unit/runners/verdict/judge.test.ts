import assert from 'node:assert/strict';
import type { TestResult, TestStatus, VerdictReason } from '../../../../src/agent/verdict.ts';
import { rewardOf } from '../../../../src/agent/verdict.ts';
import type { Baseline, TestReport, TestRun } from '../../../../src/runners/runner.ts';
import type { Changes } from '../../../../src/runners/verdict/blame.ts';
import { isFinal, type JudgeContext, judge } from '../../../../src/runners/verdict/judge.ts';
import type { ProcessEnd } from '../../../../src/shared/process/run-process.ts';

const letters: Readonly<Record<string, TestStatus>> = { p: 'passed', f: 'failed', s: 'skipped', e: 'errored' };

/** `a:p b:f` → two results. */
function results(text: string): TestResult[] {
  return text.split(' ').flatMap((item) => {
    const [id = '', letter = ''] = item.split(':');
    const status = letters[letter];
    if (status === undefined) return [];
    const bad = status === 'failed' || status === 'errored';
    return [{ id, name: id, status, ...(bad && { failure: { message: `Error: ${id} broke`, frames: [] } }) }];
  });
}

function run(tests: string | undefined, end: Partial<ProcessEnd> = {}, problems: TestReport['problems'] = []): TestRun {
  return {
    selection: { kind: 'all' },
    plan: { display: 'npm test', argv: ['npm', 'test'], reports: [] },
    end: {
      ...{ kind: 'exited', code: 0, signal: null, stdout: '', stderr: '', omitted: 0, milliseconds: 1234 },
      ...end,
    },
    report: tests === undefined ? undefined : { tests: results(tests), problems },
  };
}

function baseline(tests: string, more: Partial<Baseline> = {}, problems: TestReport['problems'] = []): Baseline {
  const verdict = judge(run(tests, { code: 1 }, problems), {});
  return { verdict, flaky: [], hung: false, tests: verdict.tests, rewritten: [], ...more };
}

/** Each test is in a file of its name. */
function withFiles(baseline: Baseline): Baseline {
  return { ...baseline, tests: baseline.tests.map((test) => ({ ...test, file: test.id })) };
}

interface Case {
  readonly reason: VerdictReason;
  readonly when: string;
  readonly run: TestRun;
  readonly context?: JudgeContext;
  readonly detail: RegExp;
}

const changes: Changes = { targets: [{ path: 'src/a.js', before: 'old', after: 'new' }] };
const inTarget = [{ where: 'test/a.test.js', message: 'src/a.js:3\nReferenceError: b is not defined' }];
const unplaced = [{ where: 'test/a.test.js', message: 'test failed' }];

const syntaxProblem = [{ where: 'test/a.test.js', message: 'SyntaxError: Unexpected token' }];

const cases: readonly Case[] = [
  { reason: 'passed', when: 'all pass', run: run('a:p b:p'), detail: /^All 2 tests passed\.$/ },
  { reason: 'passed', when: 'one passes', run: run('a:p'), detail: /^One test passed\.$/ },
  {
    reason: 'passed',
    when: 'what failed passes, and what was skipped still is',
    run: run('a:p b:p c:s'),
    context: { baseline: baseline('a:f b:p c:s'), protectedChanged: [] },
    detail: /^All 2 tests passed, 1 skipped as before\.$/,
  },
  {
    reason: 'passed',
    when: 'there are more tests than before',
    run: run('a:p b:p'),
    context: { baseline: baseline('a:f') },
    detail: /2/,
  },
  {
    reason: 'passed',
    when: 'a file that could not be loaded before now runs',
    run: run('a:p b:p'),
    context: { baseline: baseline('a:p', {}, syntaxProblem) },
    detail: /2/,
  },
  {
    reason: 'tests-failed',
    when: 'one of three fails',
    run: run('a:p b:f c:p', { code: 1 }),
    context: { baseline: baseline('a:p b:f c:p') },
    detail: /^1 of 3 tests failed: b\.$/,
  },
  {
    reason: 'tests-failed',
    when: 'the process claims success nevertheless',
    run: run('a:p b:f'),
    detail: /1 of 2/,
  },
  {
    reason: 'tests-failed',
    when: 'a runner stops at the first failure, so that others are missing',
    run: run('b:f', { code: 1 }),
    context: { baseline: baseline('a:p b:f c:p') },
    detail: /1 of 1/,
  },
  {
    reason: 'tests-failed',
    when: 'what errors did so before',
    run: run('a:e b:f', { code: 1 }),
    context: { baseline: baseline('a:e b:f') },
    detail: /1 of 1 tests failed: b/,
  },
  {
    reason: 'tests-failed',
    when: 'a flaky test fails beside another',
    run: run('a:f b:f', { code: 1 }),
    context: { baseline: baseline('a:p b:f', { flaky: ['a'] }) },
    detail: /2 of 2/,
  },
  {
    reason: 'flaky',
    when: 'only flaky tests fail',
    run: run('a:f b:p', { code: 1 }),
    context: { baseline: baseline('a:p b:f', { flaky: ['a'] }) },
    detail: /a; before any change/,
  },
  {
    reason: 'timeout',
    when: 'it hangs',
    run: run(undefined, { kind: 'timed-out', code: null, signal: 'SIGTERM' }),
    context: { baseline: baseline('a:f') },
    detail: /^The tests did not end within 1\.2 s/,
  },
  {
    reason: 'timeout',
    when: 'it hangs after a report in which all pass',
    run: run('a:p', { kind: 'timed-out' }),
    detail: /did not end/,
  },
  {
    reason: 'hung-at-baseline',
    when: 'it hung before',
    run: run(undefined, { kind: 'timed-out' }),
    context: { baseline: baseline('', { hung: true }) },
    detail: /as they were before/,
  },
  {
    reason: 'tests-errored',
    when: 'a test errors that did not',
    run: run('a:e b:f', { code: 1 }),
    context: { baseline: baseline('a:p b:f') },
    detail: /^1 test or file could not be run: a\.$/,
  },
  {
    reason: 'tests-errored',
    when: 'a file cannot be loaded, whatever else fails',
    run: run('b:f', { code: 1 }, syntaxProblem),
    context: { baseline: baseline('a:p b:f') },
    detail: /test\/a\.test\.js/,
  },
  { reason: 'tests-errored', when: 'there is no baseline', run: run('a:e b:f', { code: 1 }), detail: /: a\./ },
  { reason: 'tests-errored', when: 'the process claims success', run: run('a:e b:p'), detail: /: a\./ },
  {
    reason: 'tests-errored',
    when: 'what errored before still does, and nothing fails',
    run: run('a:e b:p', { code: 1 }),
    context: { baseline: baseline('a:e b:f') },
    detail: /still cannot be run, as before/,
  },
  {
    reason: 'tests-errored',
    when: 'more tests of the same name error than before',
    run: run('a:e a:e b:f', { code: 1 }),
    context: { baseline: baseline('a:e b:f') },
    detail: /^1 test/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'a file cannot be loaded because of an error in the target, whatever else fails',
    run: run('b:f', { code: 1 }, inTarget),
    context: { baseline: baseline('a:p b:f'), changes },
    detail:
      /^1 test or file could not be run: test\/a\.test\.js\. The error is in what the attempt changed \(src\/a\.js\)\.$/,
  },
  {
    reason: 'tests-errored',
    when: 'nothing says where, and it was seen once',
    run: run('b:f', { code: 1 }, unplaced),
    context: { baseline: baseline('a:p b:f'), changes },
    detail: /^1 test or file could not be run: test\/a\.test\.js\.$/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'nothing says where, and it was seen twice',
    run: run('b:f', { code: 1 }, unplaced),
    context: { baseline: baseline('a:p b:f'), changes, suspectedBefore: true },
    detail: /It was not so before the attempt changed src\/a\.js\.$/,
  },
  {
    reason: 'tests-errored',
    when: 'something else changed too',
    run: run('b:f', { code: 1 }, inTarget),
    context: {
      baseline: baseline('a:p b:f'),
      changes: { ...changes, other: 'src/b.js was changed' },
      suspectedBefore: true,
    },
    detail: /: test\/a\.test\.js\. src\/b\.js was changed, which may be the cause\.$/,
  },
  {
    reason: 'tests-errored',
    when: 'the file could not be loaded at the baseline at times',
    run: run('b:f', { code: 1 }, inTarget),
    context: {
      baseline: baseline('a:p b:f', { flaky: ['test/a.test.js › (could not be run)'] }),
      changes,
      suspectedBefore: true,
    },
    detail: /test\/a\.test\.js\.$/,
  },
  {
    reason: 'tests-errored',
    when: 'the file has the error that it had at the baseline, on another line',
    run: run('b:p', { code: 1 }, [{ where: 'c', message: 'src/a.js:4\nSyntaxError: Unexpected token' }]),
    context: {
      baseline: baseline('b:f', {}, [{ where: 'c', message: 'src/a.js:3\nSyntaxError: Unexpected token' }]),
      changes,
      suspectedBefore: true,
    },
    detail: /as before/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'the target could not be parsed at the baseline, and cannot be for another reason now',
    run: run('b:p', { code: 1 }, [{ where: 'c', message: 'src/a.js:4\nSyntaxError: missing )' }]),
    context: {
      baseline: baseline('b:f', {}, [{ where: 'c', message: 'src/a.js:3\nSyntaxError: Unexpected token' }]),
      changes,
    },
    detail: /src\/a\.js/,
  },
  {
    reason: 'no-tests',
    when: 'nothing was found',
    run: run('', { code: 5 }),
    detail: /^npm test ended with exit code 5 and reported no tests; have it print TAP/,
  },
  { reason: 'all-skipped', when: 'everything is skipped', run: run('a:s b:s'), detail: /^All 2 tests were skipped/ },
  {
    reason: 'all-skipped',
    when: 'the attempt skips everything',
    run: run('a:s'),
    context: { baseline: baseline('a:f') },
    detail: /^The only test was skipped/,
  },
  {
    reason: 'no-report',
    when: 'the process ended early, whatever its exit code',
    run: { ...run(undefined), plan: { display: 'npm test', argv: ['npm', 'test'], reports: ['/tmp/report'] } },
    context: { baseline: baseline('a:f') },
    detail: /^npm test ended with exit code 0 and left no complete report of its tests\.$/,
  },
  { reason: 'no-report', when: 'nothing is known of the command', run: run(undefined), detail: /have it print TAP/ },
  { reason: 'no-report', when: 'the report was cut', run: run(undefined, { omitted: 9 }), detail: /too long/ },
  {
    reason: 'tests-missing',
    when: 'a test is gone',
    run: run('a:p'),
    context: { baseline: baseline('a:f b:p') },
    detail: /^1 test that ran before did not run this time: b\.$/,
  },
  {
    reason: 'tests-missing',
    when: 'one of two tests of the same name is gone',
    run: run('a:p b:p'),
    context: { baseline: baseline('a:f b:p b:p') },
    detail: /: b\.$/,
  },
  {
    reason: 'tests-missing',
    when: 'a test of a selection is gone',
    run: { ...run('a:p'), selection: { kind: 'only', tests: results('a:f b:f') } },
    context: { baseline: baseline('a:f b:f c:p') },
    detail: /: b\.$/,
  },
  {
    reason: 'passed',
    when: 'a selection passes, and the others did not run',
    run: { ...run('a:p'), selection: { kind: 'only', tests: results('a:f') } },
    context: { baseline: baseline('a:f b:p') },
    detail: /^One test passed\.$/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'of a file no test is left',
    run: run('b:p'),
    context: { baseline: withFiles(baseline('a:f b:p')), changes, suspectedBefore: true },
    detail: /: a\. It was not so before/,
  },
  {
    reason: 'tests-missing',
    when: 'a test has another name',
    run: { ...run('c:p'), report: { tests: results('c:p').map((test) => ({ ...test, file: 'a' })), problems: [] } },
    context: { baseline: withFiles(baseline('a:f')), changes, suspectedBefore: true },
    detail: /: a\.$/,
  },
  {
    reason: 'newly-skipped',
    when: 'a test is skipped that ran',
    run: run('a:s b:p'),
    context: { baseline: baseline('a:f b:p') },
    detail: /^1 test was skipped that had not been skipped before: a\.$/,
  },
  {
    reason: 'newly-skipped',
    when: 'a test is skipped that could not be run',
    run: run('a:s b:p'),
    context: { baseline: baseline('b:p', {}, syntaxProblem) },
    detail: /: a\.$/,
  },
  {
    reason: 'protected-changed',
    when: 'all pass with other tests',
    run: run('a:p'),
    context: { baseline: baseline('a:f'), protectedChanged: ['test/a.test.js'] },
    detail: /^A file that decides what the tests mean changed: test\/a\.test\.js\.$/,
  },
  {
    reason: 'protected-changed',
    when: 'they fail with other tests',
    run: run('a:f', { code: 1 }),
    context: { protectedChanged: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    detail: /^7 files .*: a, b, c, d, e and 2 more\.$/,
  },
  {
    reason: 'protected-changed',
    when: 'they hang with other tests',
    run: run(undefined, { kind: 'timed-out' }),
    context: { protectedChanged: ['a'] },
    detail: /: a\./,
  },
  {
    reason: 'exit-code',
    when: 'all pass and the process says otherwise',
    run: run('a:p', { code: 3 }),
    context: { baseline: baseline('a:f') },
    detail: /\(1 passed\).* exit code 3/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'the process ended with 0 at the baseline, and twice not with the attempt',
    run: run('a:p', { code: 3 }),
    context: { baseline: baseline('a:f', { exitCode: 0 }), changes, suspectedBefore: true },
    detail: /exit code 3\. It was not so before/,
  },
  {
    reason: 'exit-code',
    when: 'tests failed at the baseline, so that its exit code says nothing',
    run: run('a:p', { code: 1, stdout: 'src/a.js:3 | 80 % covered' }),
    context: { baseline: baseline('a:f', { exitCode: 1 }), changes, suspectedBefore: true },
    detail: /exit code 1\.$/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'after the tests, an error of the target ended the process',
    run: run('a:p', { code: 1, stderr: 'Error: late\n    at tick (src/a.js:3:5)\n\nNode.js v24.1.0\n' }),
    context: { baseline: baseline('a:f', { exitCode: 1 }), changes },
    detail: /\(src\/a\.js\)\.$/,
  },
  {
    reason: 'broken-by-attempt',
    when: 'the process crashes again',
    run: run(undefined, { kind: 'signalled', code: null, signal: 'SIGSEGV' }),
    context: { baseline: baseline('a:f'), changes, suspectedBefore: true },
    detail: /SIGSEGV.* It was not so before/,
  },
  {
    reason: 'ended-by-signal',
    when: 'the process crashes once',
    run: run(undefined, { kind: 'signalled', code: null, signal: 'SIGSEGV' }),
    context: { baseline: baseline('a:f'), changes },
    detail: /SIGSEGV after 1\.2 s\.$/,
  },
  {
    reason: 'no-report',
    when: 'a shell did not find the program',
    run: run(undefined, { code: 127 }),
    context: { baseline: baseline('a:f'), changes, suspectedBefore: true },
    detail: /127/,
  },
  {
    reason: 'no-report',
    when: 'there were no tests at the baseline that ran',
    run: run(undefined, { code: 1 }),
    context: { baseline: baseline('a:s b:e'), changes, suspectedBefore: true },
    detail: /exit code 1/,
  },
  {
    reason: 'ended-by-signal',
    when: 'the process crashes',
    run: run('a:f', { kind: 'signalled', code: null, signal: 'SIGSEGV' }),
    detail: /^The test process was ended by SIGSEGV after 1\.2 s\.$/,
  },
  {
    reason: 'could-not-start',
    when: 'the program is missing',
    run: run(undefined, { kind: 'not-started', code: null, error: 'npm was not found' }),
    detail: /^npm test could not be started: npm was not found\.$/,
  },
];

describe('judging a run', () => {
  for (const { reason, when, run, context = {}, detail } of cases) {
    it(`${reason}: ${when}`, () => {
      const verdict = judge(run, context);
      assert.equal(verdict.reason, reason, verdict.detail);
      assert.equal(verdict.reward, rewardOf[reason]);
      assert.match(verdict.detail, detail);
    });
  }

  it('every reason that a run can have is in the table', () => {
    const elsewhere: VerdictReason[] = ['changed-by-others', 'unparsable'];
    const seen = new Set([...cases.map(({ reason }) => reason), ...elsewhere]);
    assert.deepEqual(
      Object.keys(rewardOf).filter((reason) => !seen.has(reason as VerdictReason)),
      [],
    );
  });

  it('what keeps tests from running is no wrong result', () => {
    const context = { baseline: baseline('a:p b:f'), changes };
    const kindOf = (message: string) => judge(run('b:f', { code: 1 }, [{ where: 'c', message }]), context).failureKind;
    assert.equal(kindOf('src/a.js:3\nSyntaxError: Unexpected token'), 'syntax');
    assert.equal(kindOf('src/a.js:3\nReferenceError: expected is not defined'), 'runtime');
  });

  it('counts, with errors and failures first', () => {
    const { tests, ...counts } = judge(run('a:p b:s c:f d:e', { code: 1 }, syntaxProblem), {});
    assert.deepEqual(
      tests.map(({ name }) => name),
      ['d', 'test/a.test.js', 'c', 'a', 'b'],
    );
    const { passed, failed, skipped, errored, milliseconds } = counts;
    assert.deepEqual(
      { passed, failed, skipped, errored, milliseconds },
      {
        ...{ passed: 1, failed: 1, skipped: 1, errored: 2, milliseconds: 1234 },
      },
    );
  });

  it('gives the end of the output, plain, unless the report says it all', () => {
    const noise = { stdout: `${'x'.repeat(50_000)}\nlast\n`, stderr: '\u001b[31mred\u001b[0m\u0007\n' };
    assert.equal(judge(run('a:f', { code: 1, ...noise }), {}).output, '');
    assert.equal(judge(run('a:p', noise), {}).output, '');
    assert.equal(judge(run('a:e', { code: 1, ...noise }), {}).output, '');
    assert.notEqual(judge(run('a:p', { code: 1, ...noise }), {}).output, '');
    const { output } = judge(run(undefined, { code: 1, ...noise }), {});
    assert.ok(output.startsWith('…\n'));
    assert.ok(output.endsWith('\nlast\nred'), output.slice(-20));
    assert.ok(output.length <= 4002);
  });

  it('a selection is final only when it failed', () => {
    const only = { kind: 'only', tests: results('a:f') } as const;
    const failed = judge(run('a:f', { code: 1 }), {});
    const passed = judge(run('a:p'), {});
    const errored = judge(run('a:e', { code: 1 }), {});
    assert.deepEqual(
      [failed, passed, errored].map((verdict) => isFinal(verdict, only)),
      [true, false, false],
    );
    assert.ok(isFinal(passed, { kind: 'all' }));
  });

  it('names and output cannot drive a terminal', () => {
    const verdict = judge(run('a\u001b[31m\u202e:f', { code: 1 }), {});
    assert.equal(verdict.detail, '1 of 1 tests failed: a.');
  });
});
