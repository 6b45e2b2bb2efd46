import assert from 'node:assert/strict';
import { runDirectory, withWorkspace } from '../../support/runner-matrix.ts';
import { needsToolchain } from '../../support/toolchain.ts';
import { describeMatrix, type Expected, keepEnvironment } from './toolchain-matrix.ts';

const wrong: Expected = {
  reason: 'tests-failed',
  counts: [0, 1, 0, 0],
  failing: ['TestAdd'],
  kind: 'wrong-result',
  message: /^Add\(1, 2\) = -1, want 3$/,
  expected: '3',
  actual: '-1',
  frames: ['calc_test.go:7'],
};
const offline = { GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' };

describeMatrix(
  { name: 'go-test', toolchain: 'go', hangAfterMs: 5000, env: () => offline },
  {
    passing: { reason: 'passed', counts: [1, 0, 0, 0] },
    failing: {
      reason: 'tests-failed',
      counts: [2, 3, 0, 0],
      failing: ['TestAdd', 'TestAdd/one', 'TestFirst'],
      message: /^A test within it failed\.$/,
    },
    erroring: {
      reason: 'tests-errored',
      counts: [0, 0, 0, 1],
      failing: ['example.com/calc'],
      message: /calc_test\.go:6:12: undefined: Subtract/,
    },
    skipped: { reason: 'all-skipped', counts: [0, 0, 1, 0] },
    'some-skipped': { reason: 'passed', counts: [1, 0, 1, 0] },
    'no-tests': { reason: 'no-tests', counts: [0, 0, 0, 0] },
    'huge-output': { reason: 'passed', counts: [1, 0, 0, 0] },
    'huge-output-failing': wrong,
    // Go itself turns os.Exit(0) in a test into a panic.
    exits: {
      reason: 'tests-failed',
      counts: [0, 1, 0, 0],
      failing: ['TestAdd'],
      message: /unexpected call to os\.Exit\(0\)/,
      frames: ['calc.go:6', 'calc_test.go:6'],
    },
    'exits-silently': {
      reason: 'tests-errored',
      counts: [1, 0, 0, 1],
      failing: ['example.com/calc'],
      message: /ended before its tests did/,
    },
    forged: {
      reason: 'tests-errored',
      counts: [1, 0, 0, 1],
      failing: ['example.com/calc'],
      message: /ended before its tests did/,
    },
    'forged-failing': { reason: 'tests-failed', counts: [0, 1, 0, 0], failing: ['TestAdd'] },
  },
);

describe('go test: details', () => {
  needsToolchain('go');
  const environment = keepEnvironment();
  before(() => Object.assign(process.env, offline));
  after(() => environment.restore());

  it('names files, values and frames of subtests and panics; runs a selection by package', () =>
    withWorkspace('go-test/failing', async (directory) => {
      const { verdict } = await runDirectory(directory);
      const [add, one, first] = verdict.tests;
      assert.equal(add?.id, 'calc_test.go › TestAdd');
      assert.deepEqual(
        [one?.id, one?.failure?.expected, one?.failure?.actual],
        ['calc_test.go › TestAdd › one', '3', '-1'],
      );
      assert.match(first?.failure?.message ?? '', /^panic: runtime error: index out of range \[0\] with length 0/);
      assert.deepEqual(first?.failure?.frames[0], { path: 'calc.go', line: 5, symbol: 'example.com/calc.First' });
      assert.ok(verdict.tests.some(({ id }) => id === 'text/double_test.go › TestDouble'));

      const tests = verdict.tests.filter(({ status }) => status === 'failed');
      const again = await runDirectory(directory, { selection: { kind: 'only', tests } });
      assert.equal(again.run.plan.display, 'go test -run ^(TestAdd|TestFirst)$ .');
      assert.equal(again.verdict.failed, 3);
      assert.ok(!again.verdict.tests.some(({ name }) => name === 'TestDouble'));
    }));
});
