import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectTests } from '../../../src/runners/detection/detect.ts';
import { measureBaseline } from '../../../src/runners/verdict/baseline.ts';
import { findTarget } from '../../../src/targeting/find-target.ts';
import { patienceMs } from '../../support/time.ts';
import { workspace } from './workspace.ts';

const never = new AbortController().signal;

/** The workspaces of these tests are run for real; `needs` names a program that a machine may lack. */
const cases: Readonly<
  Record<string, { needs?: string; files: Record<string, string>; target: string; neighbour?: string }>
> = {
  'node:test, a wrong result': {
    files: {
      'package.json': '{"type": "module", "scripts": {"test": "node --test"}}',
      'src/index.js': "export * from './stats.js';\nexport * from './text.js';\n",
      'src/stats.js': 'export const mean = (xs) => xs.reduce((a, b) => a + b, 0);\n',
      'src/text.js': 'export const pad = (s) => s.padStart(2);\n',
      'test/all.test.js':
        "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { mean, pad } from '../src/index.js';\n\ntest('pads', () => {\n  assert.equal(pad('a'), ' a');\n});\n\ntest('is in the middle', () => {\n  assert.equal(mean([1, 3]), 2);\n});\n",
    },
    target: 'src/stats.js',
    neighbour: 'test/all.test.js',
  },
  'node:test, an exception': {
    files: {
      'package.json': '{"scripts": {"test": "node --test"}}',
      'deep.js': 'exports.first = (xs) => xs[0].name;\n',
      'stats.js': "const { first } = require('./deep.js');\nexports.head = (xs) => first(xs);\n",
      'stats.test.js':
        "const { test } = require('node:test');\nconst { head } = require('./stats.js');\n\ntest('takes nothing', () => {\n  head([]);\n});\n",
    },
    target: 'deep.js',
    neighbour: 'stats.test.js',
  },
  'unittest, a wrong result': {
    needs: 'python3',
    files: {
      'shop/__init__.py': '',
      'shop/cart.py': 'class Cart:\n    def total(self):\n        return 0\n',
      'tests/__init__.py': '',
      'tests/test_cart.py':
        'import unittest\nfrom shop.cart import Cart\n\n\nclass TestCart(unittest.TestCase):\n    def setUp(self):\n        self.cart = Cart()\n\n    def test_total(self):\n        self.assertEqual(self.cart.total(), 1)\n',
    },
    target: 'shop/cart.py',
    neighbour: 'tests/test_cart.py',
  },
  'pytest, an exception': {
    needs: 'pytest',
    files: {
      'pytest.ini': '[pytest]\n',
      'src/shop/__init__.py': '',
      'src/shop/cart.py':
        'from shop.money import parse\n\ndef total(prices):\n    return sum(parse(p) for p in prices)\n',
      'src/shop/money.py': 'def parse(text):\n    return int(text)\n',
      'tests/conftest.py':
        "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'src'))\n",
      'tests/test_cart.py': "from shop.cart import total\n\ndef test_total():\n    assert total(['1.5']) == 1.5\n",
    },
    target: 'src/shop/money.py',
    neighbour: 'tests/test_cart.py',
  },
  'go test, a wrong result': {
    needs: 'go',
    files: {
      'go.mod': 'module example.com/m\n\ngo 1.19\n',
      'stats.go': 'package m\n\nfunc Mean(xs ...int) int { return 0 }\n',
      'text.go': 'package m\n\nfunc Pad(s string) string { return s }\n',
      'm_test.go':
        'package m\n\nimport "testing"\n\nfunc TestAll(t *testing.T) {\n\tt.Run("mean", func(t *testing.T) {\n\t\tif Mean(1) != 1 {\n\t\t\tt.Error("no")\n\t\t}\n\t})\n}\n',
    },
    target: 'stats.go',
    neighbour: 'm_test.go',
  },
  'cargo test, a wrong result in a file with its own tests': {
    needs: 'cargo',
    files: {
      'Cargo.toml': '[package]\nname = "my-crate"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/lib.rs': 'pub mod stats;\npub mod text;\n',
      'src/text.rs': 'pub fn pad() -> i32 {\n    1\n}\n',
      'src/stats.rs':
        'pub fn mean() -> i32 {\n    1\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn means() {\n        assert_eq!(mean(), 2);\n    }\n}\n',
    },
    target: 'src/stats.rs',
  },
};

describe('the target of a workspace whose tests have been run', () => {
  for (const [name, { needs, files, target, neighbour }] of Object.entries(cases)) {
    it(`is found with ${name}`, async function () {
      if (needs && !available(needs)) this.skip();
      const { folder, remove } = workspace(files);
      const scratch = mkdtempSync(join(tmpdir(), 'retune-scratch-'));
      try {
        const project = await detectTests(folder, {}, never);
        const { verdict } = await measureBaseline(project, { timeoutMs: patienceMs, scratch }, () => undefined, never);
        const found = await findTarget(folder, undefined, verdict, never);
        assert.equal(found.files[0]?.path, target, found.why);
        assert.equal(found.neighbours[0]?.path, neighbour);
      } finally {
        remove();
        rmSync(scratch, { recursive: true, force: true });
      }
    });
  }
});

function available(program: string): boolean {
  try {
    execFileSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
