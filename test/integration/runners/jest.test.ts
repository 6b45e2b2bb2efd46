import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { linkRunners, withFiles } from '../../support/javascript-workspace.ts';
import { runDirectory, runWorkspace } from '../../support/runner-matrix.ts';
import { check, common, testMatrix } from './javascript-matrix.ts';

const sum = `function add(a, b) {
  return a + b;
}

function unused() {
  return 1;
}

module.exports = { add, unused };
`;
const sumTest = `const { add } = require('./sum');
test('adds', () => expect(add(1, 2)).toBe(3));
`;

describe('jest', () => {
  testMatrix({
    runner: 'jest',
    hangMs: 3000,
    variants: {
      ...common('sum.test.js', { assertion: 5 }),
      'process-exit': { reason: 'no-report', counts: [0, 0, 0, 0] },
    },
  });

  it('runs only the failing tests', async () => {
    const { verdict } = await runWorkspace('jest/failing', { prepare: linkRunners });
    const tests = verdict.tests.filter(({ status }) => status === 'failed');
    check(await runWorkspace('jest/failing', { prepare: linkRunners, selection: { kind: 'only', tests } }), {
      reason: 'tests-failed',
      counts: [0, 2, 0, 0],
      failing: ['sum.test.js › sum › adds two numbers', 'sum.test.js › sum › totals (an order)'],
    });
  });

  it('lets coverage that is too low be the exit code of all tests, but not of some', async () => {
    const files = {
      'package.json': JSON.stringify({
        scripts: { test: 'jest --coverage --maxWorkers=1' },
        jest: { coverageThreshold: { global: { functions: 100 } } },
      }),
      'sum.js': sum,
      'sum.test.js': sumTest,
    };
    await withFiles(files, async (directory) => {
      const all = await runDirectory(directory);
      check(all, { reason: 'exit-code', counts: [1, 0, 0, 0] });
      const some = await runDirectory(directory, { selection: { kind: 'only', tests: all.verdict.tests } });
      assert.equal(some.run.end.code, 0);
      assert.deepEqual((await readdir(directory)).sort(), ['package.json', 'sum.js', 'sum.test.js']);
    });
  });

  it('runs ECMAScript modules under the options that the script gives Node', async () => {
    const files = {
      'package.json': JSON.stringify({
        type: 'module',
        scripts: { test: 'cross-env RATE=2 node --experimental-vm-modules ../node_modules/jest/bin/jest.js --watch' },
        jest: { transform: {} },
      }),
      'a.test.js': `import { text } from './a.js';
test('reads the rate', () => expect(process.env.RATE).toBe('2'));
test('text', () => expect({ text: text() }).toEqual({ text: undefined }));
`,
      'a.js': `export const text = () => 'a';\n`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-failed',
        counts: [1, 1, 0, 0],
        failing: ['a.test.js › text'],
        message: /toEqual/,
      });
    });
  });

  it('numbers tests of the same name, and keeps them apart by file', async () => {
    const twice = `test('a', () => {});\ntest('a', () => { throw new Error('second'); });\n`;
    const files = { 'package.json': '{ "scripts": { "test": "jest" } }', 'b.test.js': twice, 'c.test.js': twice };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-failed',
        counts: [2, 2, 0, 0],
        message: /^second$/,
      });
    });
  });
});
