import { literal } from './problem.ts';
import type { SmallFixTest } from './task.ts';

/** A node:test file as a developer would write it, and the lines of its tests. */

export function testPath(path: string): string {
  return path.replace(/^src\//, 'test/').replace(/\.js$/, '.test.js');
}

/** Lines before the first test. */
const head = 4;

export function lineOfTest(index: number): number {
  return head + 1 + index;
}

export function testFile(path: string, symbol: string, tests: readonly SmallFixTest[]): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { ${symbol} } from '../${path}';`,
    '',
    ...tests.map(
      (test) =>
        `test(${literal(test.name)}, () => assert.${assertionOf(test)}(${callOf(symbol, test)}, ${literal(test.expected)}));`,
    ),
    '',
  ].join('\n');
}

function assertionOf({ expected }: SmallFixTest): string {
  return typeof expected === 'object' && expected !== null ? 'deepEqual' : 'equal';
}

function callOf(symbol: string, { args }: SmallFixTest): string {
  return `${symbol}(${args.map(literal).join(', ')})`;
}
