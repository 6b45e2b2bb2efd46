import assert from 'node:assert/strict';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestResult, Verdict, VerdictReason } from '../../../src/agent/verdict.ts';
import { setUpRunners } from '../../../tools/setup/runners.ts';
import { linkRunners } from '../../support/javascript-workspace.ts';
import { type MatrixOptions, type MatrixResult, runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { assertWithin } from '../../support/time.ts';

/** What must hold of one variant; what is left out is not looked at. */
export interface Expected {
  readonly reason: VerdictReason;
  /** passed, failed, skipped, errored */
  readonly counts?: readonly [number, number, number, number];
  readonly kind?: Verdict['failureKind'];
  /** Ids of failed tests and of errored files, in the order of the report. */
  readonly failing?: readonly string[];
  /** In the message of the first of them. */
  readonly message?: RegExp;
  readonly expected?: string;
  readonly actual?: string;
  /** `path:line` of the innermost frame, by test. */
  readonly frames?: Readonly<Record<string, string>>;
}

const rewards: Readonly<Partial<Record<VerdictReason, 1 | -1>>> = { passed: 1, 'tests-failed': -1, timeout: -1 };

export async function runVariant(workspace: string, options: MatrixOptions = {}): Promise<MatrixResult> {
  return withWorkspace(workspace, async (directory) => {
    await linkRunners(directory);
    const before = await filesIn(directory);
    const result = await runDirectory(directory, options);
    assert.deepEqual(await filesIn(directory), before, 'the run left files in the workspace');
    return result;
  });
}

async function filesIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

export function check({ verdict }: MatrixResult, expected: Expected): void {
  const seen = JSON.stringify(verdict, undefined, 1);
  assert.equal(verdict.reason, expected.reason, seen);
  assert.equal(verdict.reward, rewards[expected.reason] ?? null, seen);
  const { passed, failed, skipped, errored, tests } = verdict;
  if (expected.counts !== undefined) assert.deepEqual([passed, failed, skipped, errored], expected.counts, seen);
  if (expected.kind !== undefined) assert.equal(verdict.failureKind, expected.kind, seen);
  const failing = tests.filter(({ status }) => status === 'failed' || status === 'errored');
  if (expected.failing !== undefined) assert.deepEqual(failing.map(idOf), expected.failing, seen);
  const first = failing[0]?.failure;
  if (expected.message !== undefined) assert.match(first?.message ?? '', expected.message);
  if (expected.expected !== undefined) assert.equal(first?.expected, expected.expected, seen);
  if (expected.actual !== undefined) assert.equal(first?.actual, expected.actual, seen);
  for (const [id, frame] of Object.entries(expected.frames ?? {})) {
    const { path, line } = failing.find((test) => test.id === id)?.failure?.frames[0] ?? {};
    assert.equal(`${path}:${line}`, frame, seen);
  }
}

function idOf({ id }: TestResult): string {
  return id;
}

export interface Matrix {
  readonly runner: 'vitest' | 'jest' | 'mocha' | 'node-test' | 'npm-script';
  /** By variant, for those that run once and end. */
  readonly variants: Readonly<Record<string, Expected>>;
  /** Long enough for the runner to start, and to get to the test that hangs. */
  readonly hangMs: number;
}

/** All variants of one runner: each a copy of `test/fixtures/workspaces/RUNNER/VARIANT`. */
export function testMatrix({ runner, variants, hangMs }: Matrix): void {
  before(function () {
    this.timeout(15 * 60_000);
    setUpRunners();
  });

  for (const [variant, expected] of Object.entries(variants)) {
    it(`${variant}: ${expected.reason}`, async () => {
      const result = await runVariant(`${runner}/${variant}`);
      assert.equal(result.project.runner.name, runner);
      check(result, expected);
      // What is on stdout only to be read by people is not kept whole.
      if (variant === 'huge-output' && runner !== 'npm-script') assert.ok(result.run.end.omitted > 10 << 20);
    });
  }

  it('flaky: fails in the first run and passes in the second', async () => {
    const counter = await mkdtemp(join(tmpdir(), 'retune-counter-'));
    process.env.RETUNE_TEST_COUNTER = counter;
    try {
      check(await runVariant(`${runner}/flaky`), { reason: 'tests-failed', counts: [1, 1, 0, 0] });
      check(await runVariant(`${runner}/flaky`), { reason: 'passed', counts: [2, 0, 0, 0] });
    } finally {
      delete process.env.RETUNE_TEST_COUNTER;
      await rm(counter, { recursive: true });
    }
  });

  for (const variant of ['hanging-loop', 'hanging-promise']) {
    it(`${variant}: is stopped, with everything that it started`, async () => {
      const { project, verdict, run } = await runVariant(`${runner}/${variant}`, { timeoutMs: hangMs });
      assert.equal(verdict.reason, 'timeout');
      assert.equal(run.end.kind, 'timed-out');
      assertWithin(run.end.milliseconds - hangMs, 3000, 'stopping it');
      if (process.platform === 'linux') assert.deepEqual(await processesIn(project.folder), []);
    });
  }
}

/** Living processes that work in a folder (which is gone by now, so that its name has more behind it). */
async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]?.startsWith(folder));
}

const failing = (file: string) => ({
  failing: [`${file} › sum › adds two numbers`, `${file} › sum › totals (an order)`],
  expected: '5',
  actual: '-1',
});

/** What the runners with suites and files have in common, with tests in `file`. */
export function common(file: string, lines: { readonly assertion: number }): Readonly<Record<string, Expected>> {
  const [first, second] = failing(file).failing as [string, string];
  return {
    passing: { reason: 'passed', counts: [2, 0, 0, 0], failing: [] },
    failing: {
      reason: 'tests-failed',
      counts: [1, 2, 0, 0],
      kind: 'wrong-result',
      ...failing(file),
      frames: { [first]: `${file}:${lines.assertion}`, [second]: 'src/sum.js:6' },
    },
    'syntax-in-source': { reason: 'tests-errored', counts: [0, 0, 0, 1], kind: 'syntax', message: /return a \+ ;/ },
    'syntax-in-test': { reason: 'tests-errored', counts: [0, 0, 0, 1], kind: 'syntax' },
    'missing-import': { reason: 'tests-errored', counts: [0, 0, 0, 1], kind: 'import', message: /src\/gone/ },
    'all-skipped': { reason: 'all-skipped', counts: [0, 0, 2, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 2, 0] },
    watch: { reason: 'passed', counts: [2, 0, 0, 0] },
    'no-test': { reason: 'no-tests', counts: [0, 0, 0, 0] },
    'huge-output': { reason: 'tests-failed', counts: [1, 1, 0, 0], failing: [first], expected: '5', actual: '-1' },
    'forged-report': { reason: 'tests-failed', counts: [1, 1, 0, 0], failing: [first], expected: '5', actual: '-1' },
  };
}
