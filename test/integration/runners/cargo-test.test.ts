import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { describeMatrix, type Expected, keepEnvironment } from './toolchain-matrix.ts';

const wrong: Expected = {
  reason: 'tests-failed',
  counts: [0, 1, 0, 0],
  failing: ['tests::adds'],
  kind: 'wrong-result',
  message: /left.*right/,
  expected: '3',
  actual: '-1',
};
const env = (outside: string) => ({
  CARGO_TARGET_DIR: join(outside, 'target'),
  CARGO_NET_OFFLINE: 'true',
  CARGO_INCREMENTAL: '0',
});
const early = /^The test process ended with exit code 0 before this test did\.$/;

describeMatrix(
  { name: 'cargo-test', toolchain: 'cargo', writes: ['Cargo.lock'], hangAfterMs: 6000, env },
  {
    passing: { reason: 'passed', counts: [1, 0, 0, 0] },
    failing: {
      ...wrong,
      counts: [2, 3, 0, 0],
      failing: ['tests::adds', 'tests::first_of_none', 'add (documentation)'],
    },
    erroring: {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['src/lib.rs'],
      message: /cannot find value `c` in this scope\n *--> src\/lib\.rs:2:9/,
    },
    skipped: { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 1, 0] },
    'no-tests': { reason: 'no-tests', counts: [0, 0, 0, 0] },
    'huge-output': { reason: 'passed', counts: [1, 0, 0, 0] },
    'huge-output-failing': wrong,
    exits: { reason: 'tests-errored', counts: [0, 0, 0, 1], failing: ['tests::adds'], message: early },
    forged: { reason: 'tests-errored', counts: [0, 0, 0, 1], failing: ['tests::adds'], message: early },
    'forged-failing': wrong,
  },
);

describe('cargo test: details', () => {
  needsToolchain('cargo');
  const environment = keepEnvironment();
  let outside = '';
  before(async () => {
    outside = await mkdtemp(join(tmpdir(), 'retune-target-'));
    Object.assign(process.env, env(outside));
  });
  after(async () => {
    environment.restore();
    await rm(outside, { recursive: true, force: true, maxRetries: 5 });
  });

  it('names files and frames; finds integration and documentation tests; runs a selection', () =>
    withWorkspace('cargo-test/failing', async (directory) => {
      const { verdict } = await runDirectory(directory);
      const ids = verdict.tests.map(({ id }) => id);
      assert.ok(ids.includes('src/lib.rs › documentation › add'));
      assert.ok(ids.includes('tests/outside.rs › adds_nothing'));
      const first = verdict.tests.find(({ id }) => id === 'src/lib.rs › tests › first_of_none');
      assert.match(first?.failure?.message ?? '', /index out of bounds/);
      assert.equal(first?.failure?.frames[0]?.path, 'src/lib.rs');
      assert.equal(first?.failure?.frames[0]?.line, 9);

      const tests = verdict.tests.filter(({ status, name }) => status === 'failed' && name.startsWith('tests::'));
      const again = await runDirectory(directory, { selection: { kind: 'only', tests } });
      assert.equal(again.run.plan.display, 'cargo test -- --exact tests::adds tests::first_of_none');
      assert.deepEqual(again.verdict.tests.map(({ id }) => id).sort(), tests.map(({ id }) => id).sort());
    }));

  it("leaves a runner of the project's own in its place and reads the text", async function () {
    if (process.platform === 'win32') this.skip();
    await withWorkspace('cargo-test/failing', async (directory) => {
      await mkdir(join(directory, '.cargo'));
      await writeFile(join(directory, '.cargo', 'config.toml'), '[target."cfg(all())"]\nrunner = "env"\n');
      const { verdict } = await runDirectory(directory);
      assert.equal(verdict.reason, 'tests-failed');
      assert.deepEqual([verdict.passed, verdict.failed], [2, 3]);
      assert.equal(verdict.tests.find(({ name }) => name === 'tests::adds')?.failure?.expected, '3');
    });
  });
});
