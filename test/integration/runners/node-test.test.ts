import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { linkRunners, withFiles } from '../../support/javascript-workspace.ts';
import { runDirectory, runWorkspace } from '../../support/runner-matrix.ts';
import { check, common, runVariant, testMatrix } from './javascript-matrix.ts';

const failingIds = ['sum.test.js › sum › adds two numbers', 'sum.test.js › sum › totals (an order)'];
const variants = {
  ...common('sum.test.js', { assertion: 7 }),
  'process-exit': { reason: 'no-tests', counts: [0, 0, 0, 0] },
} as const;

describe('node:test', () => {
  testMatrix({ runner: 'node-test', hangMs: 1500, variants });

  it('runs only the failing tests', async () => {
    const { verdict } = await runWorkspace('node-test/failing', { prepare: linkRunners });
    const tests = verdict.tests.filter(({ status }) => status === 'failed');
    const again = await runWorkspace('node-test/failing', { prepare: linkRunners, selection: { kind: 'only', tests } });
    check(again, { reason: 'tests-failed', counts: [0, 2, 0, 0], failing: failingIds });
  });

  it('counts subtests and not their parents, and tells hooks from tests', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "node --test" } }',
      'a.test.js': `const { before, beforeEach, describe, it, test } = require('node:test');
test('parent', async (t) => {
  await t.test('child', () => {});
  await t.test('other', () => { throw 'a string'; });
});
test('own', async (t) => {
  await t.test('child', () => {});
  throw new Error('after its child');
});
describe('orders', () => {
  before(() => { throw new Error('no database'); });
  it('is open', () => {});
});
test('never', () => new Promise(() => {}));
`,
    };
    await withFiles(files, async (directory) => {
      const result = await runDirectory(directory);
      check(result, { reason: 'tests-errored', counts: [2, 3, 0, 2] });
      const failed = result.verdict.tests.filter(({ status }) => status === 'failed').map(({ id }) => id);
      assert.deepEqual(failed, ['a.test.js › parent › other', 'a.test.js › own', 'a.test.js › never']);
    });
  });

  it('does not tell the code where its report is', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "node --test" } }',
      'a.test.js': `const { it } = require('node:test');
it('adds', () => { if (JSON.stringify(process.env).includes('report.jsonl')) throw new Error('it does'); });\n`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), { reason: 'passed', counts: [1, 0, 0, 0] });
    });
  });

  it('makes nothing of files without tests but an error when they fail', async () => {
    const files = {
      'package.json': '{ "scripts": { "test": "node --test" } }',
      'a.test.js': `require('node:assert').equal(1, 2);\n`,
      'b.test.js': `require('node:assert').equal(1, 1);\n`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-errored',
        counts: [0, 0, 0, 1],
        message: /AssertionError/,
      });
    });
  });

  it('runs a single file by itself, and patterns by the shell', async () => {
    const test = `import { test } from 'node:test';
import assert from 'node:assert';
test('adds', () => assert.equal(1 + 1, 3));
`;
    for (const script of ['node checks/a.mjs', 'FOO=1 node --test --test-reporter=tap checks/*.mjs']) {
      const files = { 'package.json': JSON.stringify({ scripts: { test: script } }), 'checks/a.mjs': test };
      await withFiles(files, async (directory) => {
        const result = await runDirectory(directory);
        assert.equal(result.project.runner.name, 'node-test');
        check(result, {
          reason: 'tests-failed',
          counts: [0, 1, 0, 0],
          failing: ['checks/a.mjs › adds'],
          expected: '3',
        });
      });
    }
  });

  it('is found by the import alone', async () => {
    const files = { 'package.json': '{}', 'test/a.js': `require('node:test').test('adds', () => {});\n` };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), { reason: 'passed', counts: [1, 0, 0, 0] });
    });
  });

  describe('with the Node that runs this', () => {
    let folder: string;
    let path: string | undefined;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'retune-node-'));
      await symlink(nodeOfThisPackage(), join(folder, process.platform === 'win32' ? 'node.exe' : 'node'));
      path = process.env.PATH;
      process.env.PATH = `${folder}${delimiter}${path}`;
    });

    after(async () => {
      process.env.PATH = path;
      await rm(folder, { recursive: true });
    });

    for (const [variant, expected] of Object.entries(variants)) {
      it(`${variant}: ${expected.reason}`, async () => {
        const result = await runVariant(`node-test/${variant}`);
        assert.equal(result.run.plan.argv[0], join(folder, 'node'));
        check(result, expected);
      });
    }
  });
});

/** Another version than the one in the path where tests are started by that one. */
function nodeOfThisPackage(): string {
  const file = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  assert.match(execFileSync(file, ['--version'], { encoding: 'utf8' }), /^v2[2-9]/);
  return file;
}
