import assert from 'node:assert/strict';
import { setUpRunners } from '../../../tools/setup/runners.ts';
import { check, runVariant } from './javascript-matrix.ts';

const failing = { reason: 'tests-failed', counts: [1, 2, 0, 0] } as const;

/** Command lines as they are typed after `--test`, with what is run in their place. */
const lines = [
  ['vitest/failing', 'npx vitest --watch', 'vitest run', failing],
  ['vitest/failing', 'npm test', 'vitest run', failing],
  ['jest/failing', 'npx jest --watch', 'jest --ci --watchAll=false', failing],
  ['mocha/failing', 'npm run test', 'mocha --no-watch', failing],
  ['node-test/failing', 'node --test', 'node --test', failing],
  ['node-test/failing', 'FOO=1 npm t', 'node --test', failing],
  ['npm-script/passing', 'node check.js', 'node check.js', { reason: 'passed', counts: [2, 0, 0, 0] }],
  [
    'npm-script/failing',
    'node check.js; true',
    'node check.js; true',
    { reason: 'tests-failed', counts: [1, 1, 0, 0] },
  ],
  ['npm-script/forged-report', 'node check.js | cat', 'node check.js | cat', { reason: 'no-report' }],
  ['npm-script/passing', 'exit 3', 'exit 3', { reason: 'no-report' }],
  ['npm-script/no-test', 'echo ok 1 - fine', 'echo ok 1 - fine', { reason: 'no-report' }],
] as const;

describe('a command as typed', () => {
  before(function () {
    this.timeout(15 * 60_000);
    setUpRunners();
  });

  for (const [workspace, command, display, expected] of lines) {
    it(`${command} in ${workspace}: ${expected.reason}`, async () => {
      const result = await runVariant(workspace, { command });
      assert.equal(result.project.runner, 'command');
      assert.equal(result.run.plan.display, display);
      check(result, expected);
    });
  }

  it('is stopped, with everything that it started', async () => {
    const { verdict } = await runVariant('npm-script/hanging-loop', {
      command: 'echo a && node check.js',
      timeoutMs: 1000,
    });
    assert.equal(verdict.reason, 'timeout');
  });
});
