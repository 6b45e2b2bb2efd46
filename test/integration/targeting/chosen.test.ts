import assert from 'node:assert/strict';
import type { Verdict } from '../../../src/agent/verdict.ts';
import { RetuneError } from '../../../src/shared/errors/retune-error.ts';
import { findTarget } from '../../../src/targeting/find-target.ts';
import { filler, test, verdict, workspace } from './workspace.ts';

const never = new AbortController().signal;

interface Case {
  readonly files: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  /** `path`, or `path:symbol` where a part is chosen. */
  readonly target: string;
}

const stats = `export function sum(xs) {\n  return xs.reduce((a, b) => a + b, 0);\n}\n\nexport function mean(xs) {\n  return sum(xs) / xs.length;\n}\n`;

const cases: Readonly<Record<string, Case>> = {
  'the innermost frame that is not in a test': {
    files: { 'src/a.js': stats, 'src/b.js': stats, 'test/a.test.js': "import { sum } from '../src/a.js';\n" },
    verdict: verdict(
      test('test/a.test.js', 'adds', 'failed', [
        'node_modules/x/i.js:1',
        'src/b.js:2',
        'src/a.js:6',
        'test/a.test.js:3',
      ]),
    ),
    target: 'src/b.js',
  },
  'the function of the frame in a longer file': {
    files: { 'src/a.js': `${filler(50)}${stats}`, 'a.test.js': '' },
    verdict: verdict(test('a.test.js', 'adds', 'failed', ['src/a.js:56', 'a.test.js:1'])),
    target: 'src/a.js:mean',
  },
  'an import, extension and all': {
    files: {
      'src/stats.js': stats,
      'test/x.test.js': "import { mean } from '../src/stats.js';\nit('is', () => mean([]));\n",
    },
    verdict: verdict(test('test/x.test.js', 'is', 'failed', ['test/x.test.js:2'])),
    target: 'src/stats.js',
  },
  'the import that the failing test uses': {
    files: {
      'a.js': stats,
      'b.js': stats.replaceAll('mean', 'median'),
      'x.test.mjs': `import { sum } from './a.js';\nimport { median } from './b.js';\ntest('one', () => { sum([]); });\ntest('two', () => { median([]); });\n`,
    },
    verdict: verdict(test('x.test.mjs', 'one', 'passed'), test('x.test.mjs', 'two')),
    target: 'b.js',
  },
  'the one of two used that passing tests do not use': {
    files: {
      'make.js': 'export function make() {}\n',
      'check.js': 'export function check() {}\n',
      'x.test.js': `import { make } from './make.js';\nimport { check } from './check.js';\ntest('one', () => { make(); });\ntest('two', () => { check(make()); });\n`,
    },
    verdict: verdict(test('x.test.js', 'one', 'passed'), test('x.test.js', 'two')),
    target: 'check.js',
  },
  'the function that the failing test uses, in a longer file': {
    files: {
      'a.js': `${filler(50)}${stats}`,
      'x.test.js': `const { sum, mean } = require('./a');\ndescribe('all', () => {\n  it('sums', () => sum([]));\n  it('means', () => { mean([]); });\n});\n`,
    },
    verdict: verdict(test('x.test.js', 'sums', 'passed'), test('x.test.js', 'means')),
    target: 'a.js:mean',
  },
  'TypeScript behind a .js ending': {
    files: {
      'src/stats.ts': stats,
      'src/stats.spec.ts': "import { mean } from './stats.js';\nit('x', () => mean([]));\n",
    },
    verdict: verdict(test('src/stats.spec.ts', 'x')),
    target: 'src/stats.ts',
  },
  'a path of tsconfig.json': {
    files: {
      'tsconfig.json': '{ // comment\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, } }',
      'src/lib/stats.ts': stats,
      'test/a.test.ts': "import { mean } from '@/lib/stats';\nit('x', () => mean([]));\n",
    },
    verdict: verdict(test('test/a.test.ts', 'x')),
    target: 'src/lib/stats.ts',
  },
  'the package by its own name': {
    files: {
      'package.json': '{"name": "pkg", "exports": {".": {"types": "./x.d.ts", "import": "./lib/main.js"}}}',
      'lib/main.js': stats,
      'test/a.test.js': "import { mean } from 'pkg';\nit('x', () => mean([]));\n",
    },
    verdict: verdict(test('test/a.test.js', 'x')),
    target: 'lib/main.js',
  },
  'what an index file passes on': {
    files: {
      'src/index.js': "export * from './other.js';\nexport { average as mean } from './deep/index.js';\n",
      'src/other.js': 'export const nothing = () => 0;\n',
      'src/deep/index.js': "export * from './average.js';\n",
      'src/deep/average.js': 'export const average = (xs) => 0;\n',
      'a.test.js': "import { mean } from './src/index.js';\nit('x', () => mean([]));\n",
    },
    verdict: verdict(test('a.test.js', 'x')),
    target: 'src/deep/average.js',
  },
  'the method of a class that a hook has made': {
    files: {
      'stack.js': `${filler(50)}export class Stack {\n  push(x) {\n    this.x = x;\n  }\n\n  pop() {\n    return this.x;\n  }\n}\n`,
      'a.test.js': `import { Stack } from './stack.js';\nlet s;\nbeforeEach(() => { s = new Stack(); });\nit('x', () => { s.pop(); });\n`,
    },
    verdict: verdict(test('a.test.js', 'x')),
    target: 'stack.js:Stack.pop',
  },
  'the method of a default export': {
    files: {
      'stack.js': `${filler(50)}class Stack {\n  push(x) {\n    this.x = x;\n  }\n\n  pop() {\n    return this.x;\n  }\n}\n\nexport default Stack;\n`,
      'a.test.js': `import S from './stack.js';\nit('x', () => { new S().pop(); });\n`,
    },
    verdict: verdict(test('a.test.js', 'x')),
    target: 'stack.js:Stack.pop',
  },
  'a table of tests': {
    files: {
      'a.js': stats,
      'b.js': stats.replace('mean', 'other'),
      'x.test.js': `import { mean } from './a.js';\nimport { other } from './b.js';\nit.each([[1]])('is %i of \${x}', () => mean());\nit('y', () => other());\n`,
    },
    verdict: verdict(test('x.test.js', 'is 3 of a.b')),
    target: 'a.js',
  },
  'a Python module': {
    files: {
      'stats.py': 'def mean(xs):\n    return 0\n',
      'other.py': 'def total(xs):\n    return 0\n',
      'tests/test_all.py':
        'from stats import mean\nfrom other import total\n\ndef test_a():\n    assert mean([]) == 1\n\ndef test_b():\n    assert total([]) == 1\n',
    },
    verdict: verdict(test('tests/test_all.py', 'test_b', 'failed', ['tests/test_all.py:8'])),
    target: 'other.py',
  },
  'a Python package below src, behind its __init__': {
    files: {
      'src/shop/__init__.py': 'from .cart import Cart\nfrom . import money\n',
      'src/shop/cart.py': 'class Cart:\n    def add(self):\n        pass\n',
      'src/shop/money.py': 'def round_up(x):\n    return x\n',
      'tests/unit/test_cart.py':
        'import unittest\nfrom shop import Cart\n\nclass TestCart(unittest.TestCase):\n    def setUp(self):\n        self.cart = Cart()\n\n    def test_add(self):\n        self.cart.add()\n',
    },
    verdict: verdict(test('tests/unit/test_cart.py', 'test_add')),
    target: 'src/shop/cart.py',
  },
  'a module of a Python package': {
    files: {
      'shop/__init__.py': '',
      'shop/money.py': 'def round_up(x):\n    return x\n',
      'tests/test_money.py': 'from shop import money\n\ndef test_up():\n    assert money.round_up(1) == 2\n',
    },
    verdict: verdict(test('tests/test_money.py', 'test_up[1]')),
    target: 'shop/money.py',
  },
  'the Go file of the same package that declares what is used': {
    files: {
      'go.mod': 'module ex.com/m\n',
      'a.go': 'package m\n\nfunc A() int { return 1 }\n',
      'b.go': 'package m\n\ntype T struct{}\n\nfunc (t *T) Size() int { return 1 }\n',
      'm_test.go':
        'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) { A() }\n\nfunc TestT(t *testing.T) {\n\tt.Run("sub", func(t *testing.T) { (&T{}).Size() })\n}\n',
    },
    verdict: verdict(test('m_test.go', 'TestT/sub', 'failed', ['m_test.go:8'])),
    target: 'b.go',
  },
  'a Go package imported from the module': {
    files: {
      'go.mod': 'module ex.com/m\n',
      'inner/a.go': 'package inner\n\nfunc Sum() int { return 1 }\n',
      'm_test.go':
        'package m_test\n\nimport (\n\t"testing"\n\t"ex.com/m/inner"\n)\n\nfunc TestSum(t *testing.T) { inner.Sum() }\n',
    },
    verdict: verdict(test('m_test.go', 'TestSum')),
    target: 'inner/a.go',
  },
  'a Rust file with its own tests': {
    files: {
      'Cargo.toml': '[package]\nname = "my-crate"\n',
      'src/lib.rs': `mod stats;\n`,
      'src/stats.rs': `${filler(50)}pub fn sum() -> i32 {\n    1\n}\n\npub fn mean() -> i32 {\n    2\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn means() {\n        assert_eq!(mean(), 3);\n    }\n}\n`,
    },
    verdict: verdict(test('src/stats.rs', 'stats::tests::means', 'failed', ['src/stats.rs:65'])),
    target: 'src/stats.rs:mean',
  },
  'a Rust module used by an integration test that only has a name': {
    files: {
      'Cargo.toml': '[package]\nname = "my-crate"\nversion = "1.0.0"\n',
      'src/lib.rs': 'pub mod stats;\npub mod other;\n',
      'src/stats/mod.rs': 'pub fn mean() -> i32 { 2 }\n',
      'src/other.rs': 'pub fn total() -> i32 { 2 }\n',
      'tests/all.rs':
        'use my_crate::stats::mean;\nuse my_crate::other;\n\n#[test]\nfn means() { assert_eq!(mean(), 3); }\n#[test]\nfn totals() { assert_eq!(other::total(), 3); }\n',
    },
    verdict: verdict(test(undefined, 'totals', 'failed', ['tests/all.rs:7'])),
    target: 'src/other.rs',
  },
  'a Java class by its convention, from the name of the test class alone': {
    files: {
      'src/main/java/com/shop/Cart.java': 'package com.shop;\n\npublic class Cart {\n  int add() { return 1; }\n}\n',
      'src/main/java/com/shop/Money.java': 'package com.shop;\n\npublic class Money {\n  int up() { return 1; }\n}\n',
      'src/test/java/com/shop/CartTest.java':
        'package com.shop;\n\nclass CartTest {\n  @Test void adds() { new Cart().add(); }\n}\n',
    },
    verdict: verdict(test(undefined, 'com.shop.CartTest.adds')),
    target: 'src/main/java/com/shop/Cart.java',
  },
  'a C# class of the project that is tested': {
    files: {
      'src/Shop/Cart.cs': 'namespace Shop;\n\npublic class Cart\n{\n    public int Add() => 1;\n}\n',
      'src/Shop/Money.cs': 'namespace Shop;\n\npublic class Money\n{\n    public int Up() => 1;\n}\n',
      'tests/Shop.Tests/CartTests.cs':
        'using Shop;\nusing Xunit;\n\npublic class CartTests\n{\n    [Fact]\n    public void Adds() { new Cart().Add(); }\n}\n',
    },
    verdict: verdict(test('tests/Shop.Tests/CartTests.cs', 'Adds')),
    target: 'src/Shop/Cart.cs',
  },
  'a Ruby file on the load path that the failing example uses, behind one that requires it': {
    files: {
      'lib/shop.rb': "require 'shop/cart'\nrequire 'shop/money'\n",
      'lib/shop/cart.rb': 'module Shop\n  class Cart\n    def total\n    end\n  end\nend\n',
      'lib/shop/money.rb': 'module Shop\n  class Money\n    def up\n    end\n  end\nend\n',
      'spec/spec_helper.rb': "require 'shop'\n",
      'spec/all_spec.rb':
        "require 'spec_helper'\n\nRSpec.describe Shop do\n  it 'adds' do\n    Shop::Cart.new.total\n  end\n\n  it 'rounds' do\n    Shop::Money.new.up\n  end\nend\n",
    },
    verdict: verdict(
      test('spec/all_spec.rb', 'Shop adds', 'passed', ['spec/all_spec.rb:5']),
      test('spec/all_spec.rb', 'Shop rounds', 'failed', ['spec/all_spec.rb:9']),
    ),
    target: 'lib/shop/money.rb',
  },
  'a file with the name of the test, where nothing is imported': {
    files: { 'src/stats.rb': 'def mean\nend\n', 'spec/stats_spec.rb': "it 'x' do\nend\n", 'src/other.rb': '' },
    verdict: verdict(test('spec/stats_spec.rb', 'x')),
    target: 'src/stats.rb',
  },
};

describe('the target that failing tests point at', () => {
  for (const [name, { files, verdict: baseline, target }] of Object.entries(cases)) {
    it(`is ${name}`, async () => {
      const { folder, remove } = workspace(files);
      try {
        const found = await findTarget(folder, undefined, baseline, never);
        const [file] = found.files;
        const focus = file?.target.focus;
        assert.equal(focus ? `${file.path}:${focus.symbol}` : file?.path, target, found.why);
        assert.equal(found.files.length, 1);
        assert.ok(found.why.startsWith(file!.path));
      } finally {
        remove();
      }
    });
  }

  it('is asked for when two are equally likely', async () => {
    const { folder, remove } = workspace({
      'a.js': 'export function a() {}\n',
      'b.js': 'export function b() {}\n',
      'x.test.js': "import { a } from './a.js';\nimport { b } from './b.js';\ntest('both', () => { a(); b(); });\n",
    });
    const error = await rejected(findTarget(folder, [], verdict(test('x.test.js', 'both')), never));
    assert.equal(error.code, 'target.ambiguous');
    assert.deepEqual(error.actions, [
      { kind: 'option', option: 'target', value: 'a.js' },
      { kind: 'option', option: 'target', value: 'b.js' },
    ]);
    remove();
  });

  it('is asked for when nothing is known', async () => {
    const { folder, remove } = workspace({ 'x.test.js': "test('x', () => {});\n", 'node_modules/y/i.js': '' });
    const baselines = [
      undefined,
      verdict(test('x.test.js', 'x', 'passed')),
      verdict(test('x.test.js', 'x', 'failed', ['node_modules/y/i.js:1', '../outside.js:1', 'x.test.js:1'])),
    ];
    for (const baseline of baselines) {
      const error = await rejected(findTarget(folder, undefined, baseline, never));
      assert.equal(error.code, 'target.unknown');
    }
    remove();
  });

  it('is no longer looked for after a cancellation', async () => {
    const { folder, remove } = workspace({ 'a.js': stats, 'a.test.js': "import './a.js'" });
    const error = await rejected(findTarget(folder, undefined, verdict(test('a.test.js', 'x')), AbortSignal.abort()));
    assert.equal(error.code, 'cancelled');
    remove();
  });
});

async function rejected(promise: Promise<unknown>): Promise<RetuneError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RetuneError, String(error));
  return error;
}
