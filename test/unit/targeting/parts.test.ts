import assert from 'node:assert/strict';
import { parseJsonc } from '../../../src/targeting/imports/jsonc.ts';
import { join, upwards } from '../../../src/targeting/imports/paths.ts';
import { closest } from '../../../src/targeting/nearest.ts';
import { readSpec } from '../../../src/targeting/target-spec.ts';
import { isForeignPath, isTestPath, subjectOf } from '../../../src/targeting/test-paths.ts';

describe('a --target', () => {
  const read: Readonly<Record<string, object>> = {
    'src/a.js': { path: 'src/a.js' },
    'src/a.js:12': { path: 'src/a.js', line: 12 },
    'src/a.js:12:5': { path: 'src/a.js', line: 12 },
    'src/a.js:12:': { path: 'src/a.js', line: 12 },
    'src/a.js:Stack.push': { path: 'src/a.js', symbol: 'Stack.push' },
    'src/a.rs:Stack::push': { path: 'src/a.rs', symbol: 'Stack::push' },
    'test_a.py::TestA::test_b': { path: 'test_a.py', symbol: 'TestA::test_b' },
    'C:\\code\\x.js': { path: 'C:\\code\\x.js' },
    'C:\\code\\x.js:12': { path: 'C:\\code\\x.js', line: 12 },
    'c:/code/x.js:f': { path: 'c:/code/x.js', symbol: 'f' },
    '\\\\server\\share\\x.js:12': { path: '\\\\server\\share\\x.js', line: 12 },
  };
  for (const [spec, expected] of Object.entries(read)) {
    it(`is read: ${spec}`, () => {
      const readings = readSpec(spec);
      assert.deepEqual(readings.at(-1), expected);
      assert.deepEqual(readings[0], { path: spec });
    });
  }
});

describe('conventions', () => {
  it('tell tests from sources', () => {
    const tests = [
      'a.test.js',
      'src/a.spec.ts',
      'src/__tests__/a.js',
      'test/helper.js',
      'tests/test_a.py',
      'test_a.py',
      'a_test.py',
      'conftest.py',
      'pkg/a_test.go',
      'src/test/java/ATest.java',
      'CartTests.cs',
      'Shop.Tests/Helper.cs',
      'spec/a_spec.rb',
      'test.js',
    ];
    const sources = [
      'a.js',
      'src/contest.py',
      'src/latest.js',
      'testing.go',
      'src/attest.rs',
      'Contest.java',
      'src/main/java/A.java',
      'tester.js',
    ];
    for (const path of tests) assert.ok(isTestPath(path), path);
    for (const path of sources) assert.ok(!isTestPath(path), path);
  });

  it('tell third-party and generated code', () => {
    for (const path of ['node_modules/a/i.js', 'x/vendor/a.go', '.venv/lib/a.py', 'target/debug/a.rs'])
      assert.ok(isForeignPath(path));
    for (const path of ['src/a.js', 'targets/a.js', 'builder/a.js']) assert.ok(!isForeignPath(path), path);
  });

  it('tell what a test is about', () => {
    const subjects = {
      'a/stats.test.js': 'stats',
      'test_stats.py': 'stats',
      'stats_test.go': 'stats',
      'StatsTest.java': 'Stats',
      'StatsTests.cs': 'Stats',
      'TestStats.java': 'Stats',
      'stats_spec.rb': 'stats',
    };
    for (const [path, subject] of Object.entries(subjects)) assert.equal(subjectOf(path), subject);
  });
});

describe('small parts', () => {
  it('read JSON with comments', () => {
    assert.deepEqual(parseJsonc('{ /* a */ "a": "//x", // y\n "b": [1, 2, ], "c": "/* */,}", }'), {
      a: '//x',
      b: [1, 2],
      c: '/* */,}',
    });
    assert.equal(parseJsonc('{'), undefined);
    assert.equal(parseJsonc('/*'.repeat(400_000)), undefined);
  });

  it('join paths and never leave the folder', () => {
    assert.equal(join('a/b', '../c'), 'a/c');
    assert.equal(join('', './a'), 'a');
    assert.equal(join('a', '..'), '');
    assert.equal(join('a', '../..'), undefined);
    assert.equal(join('', '/etc/passwd'), 'etc/passwd');
    assert.deepEqual(upwards('a/b'), ['a/b', 'a', '']);
  });

  it('find names that may be meant', () => {
    assert.deepEqual(closest(['stats.js', 'state.js', 'zebra.go'], 'stat.js', 3), ['stats.js', 'state.js']);
    assert.deepEqual(closest(['a', 'b'], 'something', 3), []);
  });
});
