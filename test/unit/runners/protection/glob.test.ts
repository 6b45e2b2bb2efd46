import assert from 'node:assert/strict';
import { globMatcher } from '../../../../src/runners/protection/glob.ts';

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['package.json', ['package.json'], ['a/package.json', 'packagexjson', 'package.json5']],
  ['*.config.{js,ts}', ['a.config.js', '.config.ts'], ['a.config.mjs', 'x/a.config.js']],
  ['**/*.test.ts', ['a.test.ts', 'x/y/a.test.ts'], ['a.test.tsx', 'a.ts']],
  ['**/{test,tests}/**', ['test/a', 'x/tests/y/z'], ['test', 'mytest/a', 'testing/a']],
  ['src/**/a?.py', ['src/ab.py', 'src/x/y/ac.py'], ['src/a.py', 'src/a/.py', 'ab.py']],
  ['[a-c]*.txt', ['axe.txt'], ['dxe.txt']],
  ['[!a]*', ['b'], ['a', 'ab']],
  ['a+(b).js', ['a+(b).js'], ['abb.js', 'aab.js']],
];

describe('patterns of paths', () => {
  for (const [glob, hits, misses] of cases) {
    it(glob, () => {
      const matches = globMatcher([glob]);
      assert.deepEqual([...hits, ...misses].filter(matches), hits);
    });
  }

  it('several, with or without regard to case, or none', () => {
    const matches = globMatcher(['a', '**/B.txt'], true);
    assert.deepEqual(['A', 'x/b.TXT', 'c'].filter(matches), ['A', 'x/b.TXT']);
    assert.equal(globMatcher([])(''), false);
  });
});
