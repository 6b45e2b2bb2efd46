import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FailureKind, VerdictReason } from '../../../src/agent/verdict.ts';
import type { ToolchainName } from '../../../tools/setup/toolchains.ts';
import { type MatrixResult, runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { assertWithin } from '../../support/time.ts';
import { needsToolchain } from '../../support/toolchain.ts';

/** What the verdict on a variant must be. */
export interface Expected {
  readonly reason: VerdictReason;
  /** passed, failed, skipped, errored */
  readonly counts: readonly [number, number, number, number];
  /** Names of what failed or errored, errored first; a pattern where versions of the runner differ. */
  readonly failing?: readonly (string | RegExp)[];
  readonly kind?: FailureKind;
  /** Of the first of them. */
  readonly message?: RegExp;
  readonly expected?: string;
  readonly actual?: string;
  /** `path:line`, innermost first. */
  readonly frames?: readonly string[];
}

export interface Runner {
  readonly name: string;
  readonly toolchain: ToolchainName;
  /** Directories that the tool makes in every workspace and that no flag moves elsewhere. */
  readonly writes?: readonly string[];
  readonly hangAfterMs: number;
  /** @param outside a directory beside the workspaces, kept from one variant to the next */
  readonly env?: (outside: string) => Readonly<Record<string, string>>;
}

const rewards: Readonly<Partial<Record<VerdictReason, 1 | -1>>> = { passed: 1, 'tests-failed': -1, timeout: -1 };

/** One test per variant; all of `test/fixtures/workspaces/RUNNER` must be named. */
export function describeMatrix(runner: Runner, variants: Readonly<Record<string, Expected>>): void {
  describe(`${runner.name}: verdicts`, () => {
    needsToolchain(runner.toolchain);
    const environment = keepEnvironment();
    let outside = '';

    before(async () => {
      outside = await mkdtemp(join(tmpdir(), 'retune-matrix-'));
      Object.assign(process.env, runner.env?.(outside), { RETUNE_FLAKY: join(outside, 'count') });
    });

    after(async () => {
      environment.restore();
      await rm(outside, { recursive: true, force: true, maxRetries: 5 });
    });

    it('has every variant that lies among the fixtures', async () => {
      const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'workspaces', runner.name);
      const named = [...Object.keys(variants), 'flaky', 'hanging'].sort();
      assert.deepEqual((await readdir(fixtures)).sort(), named);
    });

    for (const [variant, expected] of Object.entries(variants)) {
      it(variant, () => withRun(runner, variant, async (result) => check(result, expected)));
    }

    it('flaky: fails and passes in turns', () =>
      withWorkspace(`${runner.name}/flaky`, async (directory) => {
        const reasons = [];
        for (let run = 0; run < 2; run++) reasons.push((await runDirectory(directory)).verdict.reason);
        assert.deepEqual(reasons, ['tests-failed', 'passed']);
      }));

    it('hanging: stopped, with everything it started', async () => {
      const mark = randomUUID();
      process.env.RETUNE_MATRIX_MARK = mark;
      const options = { timeoutMs: runner.hangAfterMs };
      const { run, verdict } = await withWorkspace(`${runner.name}/hanging`, (at) => runDirectory(at, options));
      delete process.env.RETUNE_MATRIX_MARK;
      assert.equal(run.end.kind, 'timed-out');
      assert.equal(verdict.reason, 'timeout');
      assert.equal(verdict.failureKind, 'timeout');
      assertWithin(run.end.milliseconds - runner.hangAfterMs, 5000, 'stopping it');
      assert.deepEqual(await processesWith(mark), []);
    });
  });
}

async function withRun(runner: Runner, variant: string, use: (result: MatrixResult) => Promise<void>): Promise<void> {
  await withWorkspace(`${runner.name}/${variant}`, async (directory) => {
    const before = await filesIn(directory, []);
    const result = await runDirectory(directory);
    assert.equal(result.project.runner.name, runner.name);
    await use(result);
    const after = await filesIn(directory, runner.writes ?? []);
    assert.deepEqual(after, before, 'the run left files in the workspace');
  });
}

async function check({ verdict, run }: MatrixResult, expected: Expected): Promise<void> {
  const seen = `${verdict.detail}\n${verdict.output}\n${run.end.stderr.slice(-2000)}`;
  assert.equal(verdict.reason, expected.reason, seen);
  assert.equal(verdict.reward, rewards[expected.reason] ?? null);
  const { passed, failed, skipped, errored } = verdict;
  assert.deepEqual([passed, failed, skipped, errored], expected.counts, seen);
  const failing = verdict.tests.filter(({ status }) => status === 'failed' || status === 'errored');
  const wanted = expected.failing ?? [];
  const asWanted = failing.map(({ name }, index) => {
    const pattern = wanted[index];
    return pattern instanceof RegExp && pattern.test(name) ? pattern : name;
  });
  assert.deepEqual(asWanted, wanted, seen);
  const first = failing[0]?.failure;
  if (expected.kind !== undefined) assert.equal(verdict.failureKind, expected.kind);
  if (expected.message !== undefined) assert.match(first?.message ?? '', expected.message);
  assert.equal(first?.expected, expected.expected);
  assert.equal(first?.actual, expected.actual);
  if (expected.frames !== undefined) {
    assert.deepEqual(
      first?.frames.map(({ path, line }) => `${path}:${line}`),
      expected.frames,
    );
  }
  for (const { failure } of failing) assert.ok((failure?.message.length ?? 0) <= 2000);
  for (const { file } of verdict.tests) assert.ok(file === undefined || !/^\/|\.\.|\\/.test(file), file);
  assert.equal(new Set(verdict.tests.map(({ id }) => id)).size, verdict.tests.length, 'ids are unique');
}

/** Relative paths, without those below (or being) one of the directories left out. */
async function filesIn(directory: string, without: readonly string[]): Promise<string[]> {
  const paths = await readdir(directory, { recursive: true });
  return paths.filter((path) => !without.some((name) => path === name || path.startsWith(`${name}/`))).sort();
}

/** Linux only: who still carries a variable that was set when the run began. */
async function processesWith(mark: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const found: string[] = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
    if (environment.includes(mark)) found.push(id);
  }
  return found;
}

/** Tests set variables that their runs inherit; the suites after them must not. */
export function keepEnvironment(): { restore(): void } {
  const before = { ...process.env };
  return {
    restore() {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
}
