import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { linkRunners, withFiles } from '../../support/javascript-workspace.ts';
import { runDirectory, runWorkspace } from '../../support/runner-matrix.ts';
import { check, common, testMatrix } from './javascript-matrix.ts';

describe('vitest', () => {
  testMatrix({
    runner: 'vitest',
    hangMs: 4000,
    variants: {
      ...common('sum.test.js', { assertion: 6 }),
      // vitest makes an error of it, so the tests fail.
      'process-exit': { reason: 'tests-failed', counts: [0, 2, 0, 0], message: /process\.exit unexpectedly called/ },
    },
  });

  it('runs only the failing tests', async () => {
    const { verdict } = await runWorkspace('vitest/failing', { prepare: linkRunners });
    const tests = verdict.tests.filter(({ status }) => status === 'failed');
    const again = await runWorkspace('vitest/failing', { prepare: linkRunners, selection: { kind: 'only', tests } });
    check(again, {
      reason: 'tests-failed',
      counts: [0, 2, 0, 0],
      failing: ['sum.test.js › sum › adds two numbers', 'sum.test.js › sum › totals (an order)'],
    });
  });

  it('calls tests behind a broken hook errored, not failed', async () => {
    const files = {
      'package.json': '{ "type": "module", "scripts": { "test": "vitest" } }',
      'a.test.js': `import { beforeAll, describe, expect, test } from 'vitest';
describe('orders', () => {
  beforeAll(() => { throw new Error('no database'); });
  test('is open', () => {});
});
test('adds', () => expect(1 + 1).toBe(2));
`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-errored',
        counts: [1, 0, 0, 2],
        failing: ['a.test.js › orders › is open', 'a.test.js › (could not be run)'],
      });
    });
  });

  it('counts an error outside of all tests, and what rejects unheard', async () => {
    const files = {
      'package.json': '{ "type": "module", "scripts": { "test": "vitest run" } }',
      'a.test.js': `import { test } from 'vitest';
test('adds', () => { setTimeout(() => { throw new TypeError('late'); }, 5); return new Promise((done) => setTimeout(done, 50)); });
`,
    };
    await withFiles(files, async (directory) => {
      check(await runDirectory(directory), {
        reason: 'tests-errored',
        counts: [1, 0, 0, 1],
        message: /TypeError: late/,
      });
    });
  });

  it('leaves the vitest configuration in force, and maps frames to the source', async () => {
    const files = {
      'package.json': '{ "type": "module", "devDependencies": { "vitest": "*" } }',
      'vitest.config.ts': `export default { test: { globals: true, include: ['checks/*.ts'], setupFiles: ['./setup.ts'] } };`,
      'setup.ts': 'globalThis.rate = 2;',
      'src/price.ts': `interface Price {
  net: number;
}

export function gross(price: Price): number {
  if (price.net < 0) throw new RangeError('negative');
  return price.net * 2;
}
`,
      'checks/price.ts': `import { gross } from '../src/price';
declare const rate: number;
test('gross', () => expect(gross({ net: 1 })).toBe(rate));
test('text', () => expect('a\\nb').toBe('a\\nc'));
test('negative', () => { gross({ net: -1 }); });
`,
    };
    await withFiles(files, async (directory) => {
      const result = await runDirectory(directory);
      check(result, {
        reason: 'tests-failed',
        counts: [1, 2, 0, 0],
        failing: ['checks/price.ts › text', 'checks/price.ts › negative'],
        expected: 'a\nc',
        actual: 'a\nb',
        frames: { 'checks/price.ts › negative': 'src/price.ts:6' },
      });
      assert.equal((await readdir(join(directory))).includes('node_modules'), false);
    });
  });
});
