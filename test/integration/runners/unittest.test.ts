import assert from 'node:assert/strict';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { describeMatrix, type Expected } from './toolchain-matrix.ts';

const wrong: Expected = {
  reason: 'tests-failed',
  counts: [0, 1, 0, 0],
  failing: ['test_adds'],
  kind: 'wrong-result',
  message: /^AssertionError: -1 != 3$/,
  expected: '3',
  actual: '-1',
  frames: ['test_calc.py:8'],
};

describeMatrix(
  // Without pytest there is Python, but they come together here.
  { name: 'unittest', toolchain: 'pytest', hangAfterMs: 3000 },
  {
    passing: { reason: 'passed', counts: [1, 0, 0, 0] },
    failing: {
      ...wrong,
      counts: [1, 3, 0, 0],
      failing: ['test_adds', 'test_adds_many', 'test_first_of_none'],
      frames: ['tests/test_calc.py:8'],
    },
    erroring: {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['test_calc'],
      kind: 'import',
      message: /^ImportError: cannot import name 'subtract' from 'calc' .*\nat test_calc\.py:3$/,
    },
    'class-setup': {
      reason: 'tests-errored',
      counts: [1, 0, 0, 1],
      failing: ['setUpClass (test_calc.TestAdd)'],
      message: /OSError: no such service\nat test_calc\.py:9$/,
    },
    // The failure came before the trouble in tearDown.
    teardown: { ...wrong, frames: ['test_calc.py:11'] },
    skipped: { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 2, 0] },
    'skips-itself': { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'unexpected-success': {
      reason: 'tests-failed',
      counts: [0, 1, 0, 0],
      failing: ['test_adds'],
      message: /expected to fail/,
    },
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
      frames: ['calc.py:5', 'test_calc.py:8'],
    },
    'exits-at-import': { reason: 'tests-errored', counts: [0, 0, 0, 1], failing: ['test_calc'], message: /SystemExit/ },
    forged: { reason: 'no-report', counts: [0, 0, 0, 0] },
    'forged-failing': wrong,
  },
);

describe('unittest: a selection', () => {
  needsToolchain('pytest');

  it('runs the failing tests and nothing else', () =>
    withWorkspace('unittest/failing', async (directory) => {
      const all = await runDirectory(directory);
      const tests = all.verdict.tests.filter(({ status }) => status === 'failed');
      const again = await runDirectory(directory, { selection: { kind: 'only', tests } });
      assert.deepEqual(again.verdict.tests.map(({ id }) => id).sort(), tests.map(({ id }) => id).sort());
      assert.match(again.run.plan.display, /TestCalc\.test_first_of_none$/);
    }));
});
