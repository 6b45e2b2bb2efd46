import assert from 'node:assert/strict';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { describeMatrix, type Expected } from './toolchain-matrix.ts';

const wrong: Expected = {
  reason: 'tests-failed',
  counts: [0, 1, 0, 0],
  failing: ['test_adds'],
  kind: 'wrong-result',
  message: /assert -1 == 3/,
  expected: '3',
  actual: '-1',
  frames: ['test_calc.py:5'],
};

describeMatrix(
  // Plugins that happen to be installed on a machine write files of their own.
  { name: 'pytest', toolchain: 'pytest', hangAfterMs: 4000, env: () => ({ PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1' }) },
  {
    passing: { reason: 'passed', counts: [1, 0, 0, 0] },
    failing: {
      ...wrong,
      counts: [1, 3, 0, 0],
      failing: ['test_adds[0]', 'test_adds[1]', 'test_of_none'],
      message: /assert -2 == /,
      expected: '(0 + 2)',
      actual: '-2',
      frames: ['test_calc.py:8'],
    },
    erroring: {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['test_calc'],
      kind: 'import',
      message: /^ImportError: cannot import name 'subtract' from 'calc' .*\nat test_calc\.py:1$/,
    },
    fixture: {
      reason: 'tests-errored',
      counts: [1, 0, 0, 1],
      failing: ['test_adds'],
      message: /no such service/,
      frames: ['test_calc.py:8'],
    },
    // Two cases in pytest's report, one test: the worse counts, and the id is the same when both are mended.
    teardown: { reason: 'tests-errored', counts: [0, 0, 0, 1], failing: ['test_adds'], message: /cannot be stopped/ },
    skipped: { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 2, 0] },
    'skips-itself': { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    xpass: { reason: 'tests-failed', counts: [0, 1, 0, 0], failing: ['test_adds'], message: /XPASS\(strict\)/ },
    'no-tests': { reason: 'no-tests', counts: [0, 0, 0, 0] },
    'huge-output': { reason: 'passed', counts: [1, 0, 0, 0] },
    'huge-output-failing': wrong,
    exits: { reason: 'no-report', counts: [0, 0, 0, 0] },
    'sys-exits': {
      reason: 'tests-failed',
      counts: [0, 1, 0, 0],
      failing: ['test_adds'],
      kind: 'runtime',
      message: /SystemExit: 0/,
      frames: ['calc.py:5', 'test_calc.py:5'],
    },
    'exits-at-import': {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      // Since version 8 it stops with an error of its own; before, it was the module's.
      failing: [/^(pytest\.internal|test_calc)$/],
      message: /SystemExit/,
    },
    forged: { reason: 'no-report', counts: [0, 0, 0, 0] },
    'forged-failing': wrong,
  },
);

describe('pytest: a selection', () => {
  needsToolchain('pytest');

  it('runs the failing tests and nothing else', () =>
    withWorkspace('pytest/failing', async (directory) => {
      const all = await runDirectory(directory);
      const tests = all.verdict.tests.filter(({ status }) => status === 'failed');
      const again = await runDirectory(directory, { selection: { kind: 'only', tests } });
      assert.deepEqual(again.verdict.tests.map(({ id }) => id).sort(), tests.map(({ id }) => id).sort());
      assert.equal(again.verdict.failed, 3);
      assert.match(again.run.plan.display, /test_calc\.py::TestFirst::test_of_none$/);
    }));
});
