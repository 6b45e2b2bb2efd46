import assert from 'node:assert/strict';
import { detectTests } from '../../../src/runners/detection/detect.ts';
import { withWorkspace } from '../../support/runner-matrix.ts';
import { testMatrix } from './javascript-matrix.ts';

describe('npm scripts', () => {
  testMatrix({
    runner: 'npm-script',
    hangMs: 1500,
    variants: {
      passing: { reason: 'passed', counts: [2, 0, 0, 0] },
      failing: {
        reason: 'tests-failed',
        counts: [1, 1, 0, 0],
        failing: ['adds two numbers'],
        kind: 'wrong-result',
        message: /^wrong sum$/,
        expected: '5',
        actual: '-1',
        frames: { 'adds two numbers': 'check.js:11' },
      },
      'syntax-in-source': { reason: 'tests-errored', counts: [0, 0, 0, 1], kind: 'syntax', message: /return a \+ ;/ },
      'all-skipped': { reason: 'all-skipped', counts: [0, 0, 2, 0] },
      'some-skipped': { reason: 'passed', counts: [1, 0, 2, 0] },
      watch: { reason: 'passed', counts: [2, 0, 0, 0] },
      'no-test': { reason: 'no-report', counts: [0, 0, 0, 0] },
      'huge-output': { reason: 'tests-failed', counts: [1, 1, 0, 0], expected: '5', actual: '-1' },
      'process-exit': { reason: 'no-report', counts: [0, 0, 0, 0] },
      // Two documents on one stream: nobody can say which is the tests'.
      'forged-report': { reason: 'no-report', counts: [0, 0, 0, 0] },
    },
  });

  it('refuses the placeholder of npm', async () => {
    await withWorkspace('npm-script/placeholder', async (directory) => {
      await assert.rejects(detectTests(directory), { code: 'tests.not-found' });
    });
  });
});
