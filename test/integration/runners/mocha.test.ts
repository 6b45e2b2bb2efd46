import assert from 'node:assert/strict';
import { linkRunners, withFiles } from '../../support/javascript-workspace.ts';
import { runDirectory, runWorkspace } from '../../support/runner-matrix.ts';
import { check, common, testMatrix } from './javascript-matrix.ts';

const passing = `it('adds', () => {});\n`;

describe('mocha', () => {
  testMatrix({
    runner: 'mocha',
    hangMs: 2000,
    variants: {
      ...common('test/sum.test.js', { assertion: 6 }),
      'process-exit': { reason: 'no-report', counts: [0, 0, 0, 0] },
    },
  });

  it('runs only the failing tests', async () => {
    const { verdict } = await runWorkspace('mocha/failing', { prepare: linkRunners });
    const tests = verdict.tests.filter(({ status }) => status === 'failed');
    check(await runWorkspace('mocha/failing', { prepare: linkRunners, selection: { kind: 'only', tests } }), {
      reason: 'tests-failed',
      counts: [0, 2, 0, 0],
      failing: ['test/sum.test.js › sum › adds two numbers', 'test/sum.test.js › sum › totals (an order)'],
    });
  });

  it('makes a broken hook an error, since its tests did not run', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "mocha" } }',
      'test/a.js': `describe('orders', () => {
  before('connects', () => { throw new Error('no database'); });
  it('is open', () => {});
});
`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-errored',
        counts: [0, 0, 0, 1],
        message: /"before all" hook: connects.*no database/,
      });
    });
  });

  it('builds first where the script does, and leaves patterns to the shell', async () => {
    const script = `node build.js && RATE='2 %' mocha --watch --reporter dot built/*.check.js && eslint .`;
    const files = {
      'package.json': JSON.stringify({ scripts: { test: script, pretest: 'npm run lint', lint: 'eslint .' } }),
      'build.js': `require('node:fs').mkdirSync('built', { recursive: true });
require('node:fs').writeFileSync('built/a.check.js', "it('adds', () => { if (process.env.RATE !== '2 %') throw new Error('rate'); });");
`,
    };
    await withFiles(files, async (directory) => {
      const result = await runDirectory(directory);
      check(result, { reason: 'passed', counts: [1, 0, 0, 0] });
      assert.match(result.run.plan.display, /^node build\.js && RATE='2 %' mocha built\/\*\.check\.js --no-watch$/);
    });
  });

  it('does not tell the code where its report is', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "mocha" } }',
      'test/a.js': `it('adds', () => { if (JSON.stringify(process.env).includes('report.jsonl')) throw new Error('it does'); });\n`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), { reason: 'passed', counts: [1, 0, 0, 0] });
    });
  });

  it('runs in parallel when the configuration says so', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "mocha" } }',
      '.mocharc.json': '{ "parallel": true, "jobs": 2 }',
      'test/a.js': passing,
      'test/b.js': `it('subtracts', () => require('node:assert').equal(1 - 2, 1));\n`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-failed',
        counts: [1, 1, 0, 0],
        failing: ['test/b.js › subtracts'],
        expected: '1',
        actual: '-1',
      });
    });
  });

  it('says where the runner should be when it is not installed', async () => {
    const files = { 'package.json': '{ "scripts": { "test": "ts-mocha" } }', 'test/a.js': passing };
    await withFiles(files, async (directory) => {
      const { verdict } = await runDirectory(directory);
      assert.equal(verdict.reason, 'could-not-start');
      assert.match(verdict.detail, /node_modules.*ts-mocha/);
    });
  });
});
