import assert from 'node:assert/strict';
import { frameLimit, framesIn } from '../../../../src/runners/formats/frames.ts';
import { processorTime } from '../../../support/time.ts';

const places = { folder: '/w', cwd: '/w' };

/** `path:line symbol`, innermost first. */
function frames(text: string): string[] {
  return framesIn(text, places).map(({ path, line, symbol }) => `${path}:${line}${symbol ? ` ${symbol}` : ''}`);
}

describe('stack frames', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'Node',
      `AssertionError: no
    at add (file:///w/src/add.js:3:9)
    at async TestContext.<anonymous> (/w/test/add.test.js:7:5)
    at /w/test/run.js:9:1
    at Test.run (node:internal/test_runner/test:1106:25)
    at x (/w/node_modules/x/i.js:1:1)
    at new Promise (<anonymous>)`,
      ['src/add.js:3 add', 'test/add.test.js:7 TestContext.<anonymous>', 'test/run.js:9'],
    ],
    ['vitest', ' ❯ add src/add.ts:3:9\n ❯ test/add.test.ts:5:21\n', ['src/add.ts:3 add', 'test/add.test.ts:5']],
    [
      'Python',
      `Traceback (most recent call last):
  File "/w/test_a.py", line 5, in test_a
    f()
  File "a.py", line 2, in f
    raise ValueError
  File "/usr/lib/python3.11/json/__init__.py", line 1, in loads
ValueError`,
      ['a.py:2 f', 'test_a.py:5 test_a'],
    ],
    ['pytest', 'test_a.py:5: \n_ _ _\na.py:2: ValueError\n', ['a.py:2', 'test_a.py:5']],
    [
      'pytest, short',
      'test_a.py:5: in test_a\n    f()\na.py:2: in f\n    raise ValueError\n',
      ['a.py:2 f', 'test_a.py:5 test_a'],
    ],
    [
      'Go',
      `panic: runtime error
goroutine 7 [running]:
example.com/calc.First(...)
	/w/calc.go:5
example.com/calc.TestFirst(0x0?)
	/w/calc_test.go:20 +0x1d
created by testing.(*T).Run
	/usr/lib/go-1.19/src/testing/testing.go:1493 +0x35f`,
      ['calc.go:5 example.com/calc.First', 'calc_test.go:20 example.com/calc.TestFirst'],
    ],
    ['Go, logged', '    calc_test.go:6: Add(1, 2) = -1', ['calc_test.go:6']],
    ['Go, compiler', './calc.go:3:5: undefined: x', ['calc.go:3']],
    [
      'Rust',
      `thread 'tests::a' (12) panicked at src/lib.rs:9:5:
index out of bounds
stack backtrace:
   4: calc::first
             at ./src/lib.rs:9:5
   5: calc::tests::a
             at ./src/lib.rs:30:20
   6: core::ops::function::FnOnce::call_once
             at /rustc/5980/library/core/src/ops/function.rs:250:5`,
      ['src/lib.rs:9 calc::first', 'src/lib.rs:30 calc::tests::a'],
    ],
    ['Rust, before 1.73', "thread 'a' panicked at 'no: yes', src/lib.rs:9:5", ['src/lib.rs:9']],
    ['rustc', 'error[E0425]: cannot find value\n --> src/lib.rs:2:9\n  |', ['src/lib.rs:2']],
    [
      '.NET',
      '   at Calc.Tests.Adds() in /w/Tests/CalcTests.cs:line 12\n   at System.X()',
      ['Tests/CalcTests.cs:12 Calc.Tests.Adds()'],
    ],
    ['JVM, sources unknown', '\tat calc.CalcTest.adds(CalcTest.java:13)', []],
    ['paths that lead out', '    at f (/w/../etc/a.js:1:1)\n    at g (../../x.js:2:2)', []],
    ['lines that are none', '    at f (/w/a.js:0:1)\n    at f (/w/a.js:99999999999:1)', []],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => assert.deepEqual(frames(text), expected));
  }

  it('finds sources of the JVM by package', () => {
    const known = (path: string) => (path === 'calc/CalcTest.java' ? `src/test/java/${path}` : undefined);
    const text = '\tat calc.CalcTest.adds(CalcTest.java:13)\n\tat java.base/java.lang.X.y(X.java:5)\n';
    assert.deepEqual(framesIn(text, places, known), [
      { path: 'src/test/java/calc/CalcTest.java', line: 13, symbol: 'calc.CalcTest.adds' },
    ]);
  });

  it('keeps a bounded number, and none twice', () => {
    const text = Array.from({ length: 100 }, (_, index) => `    at f (/w/a.js:${(index >> 1) + 1}:1)`).join('\n');
    const found = framesIn(text, places);
    assert.equal(found.length, frameLimit);
    assert.deepEqual(found.map(({ line }) => line).slice(0, 3), [1, 2, 3]);
  });

  it('takes no time over a hostile text', () => {
    const text = `${'    at ('.repeat(50_000)}\n${`${' '.repeat(1990)}\n`.repeat(100)}`;
    const took = processorTime(() => framesIn(text, places));
    assert.ok(took < 1000, `${Math.round(took)} ms`);
  });
});
