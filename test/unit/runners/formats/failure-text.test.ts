import assert from 'node:assert/strict';
import { cleanText, expectedActual, failureOf } from '../../../../src/runners/formats/failure-text.ts';
import { processorTime } from '../../../support/time.ts';

const places = { folder: '/w', cwd: '/w' };

describe('the text of a failure', () => {
  it('loses colours, control characters, hidden directions and blank ends', () => {
    const text = '\n\x1b[31mred\x1b[39m \x1b]0;title\x07\r\nnext\u202e\u200b\x00\x08 line  \t\n\n';
    assert.equal(cleanText(text, 100), 'red\nnext line');
  });

  it('is cut in the middle and says by how much', () => {
    const text = `${'a'.repeat(5000)}${'b'.repeat(5000)}`;
    const cut = cleanText(text, 300);
    assert.equal(cut.length, 300);
    assert.match(cut, /^a+\n… 9700 characters left out …\nb+$/);
    assert.equal(cleanText('x'.repeat(50), 10), `${'x'.repeat(9)}…`);
  });

  it('has no half of a character', () => {
    assert.ok(cleanText('😀'.repeat(1000), 101).isWellFormed());
  });

  it('is the message, else what stands before the stack', () => {
    const body = 'Error: no\n    at f (/w/a.js:1:2)\n';
    assert.equal(failureOf('', body, places).message, 'Error: no');
    assert.equal(failureOf('short in /w/a.js', body, places).message, 'short in a.js');
    assert.equal(failureOf('', '', places).message, 'The report gives no message.');
    assert.deepEqual(failureOf('', body, places).frames, [{ path: 'a.js', line: 1, symbol: 'f' }]);
  });

  it('takes no time, however hostile', () => {
    const parts = [
      'got ',
      'expected 1 to equal ',
      'E a == ',
      'expected: <',
      ' != ',
      'assert ',
      '\n',
      'expected x to ',
      ' ',
      'want: ',
      '= ',
    ];
    const took = processorTime(() => {
      for (const part of parts) failureOf(part.repeat(200_000), part.repeat(200_000), places);
    });
    assert.ok(took < 1500, `${Math.round(took)} ms`);
  });
});

describe('expected and actual', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ['Node, inspected', "  actual: -1,\n    expected: 3,\n    operator: 'strictEqual',", '3', '-1'],
    ['Node, plain', 'Expected values to be strictly equal:\n\n-1 !== 3\n', '3', '-1'],
    ['Jest', 'expect(received).toBe(expected)\n\nExpected: 3\nReceived: -1\n', '3', '-1'],
    ['vitest', 'AssertionError: expected -1 to be 3 // Object.is equality', '3', '-1'],
    ['Chai', 'AssertionError: expected [ 1 ] to deeply equal [ 2 ]', '[ 2 ]', '[ 1 ]'],
    ['pytest', 'E       assert -1 == 3\nE        +  where -1 = add(1, 2)', '3', '-1'],
    ['pytest, the other way round', 'E       assert 3 == -1\nE        +  where -1 = add(1, 2)', '3', '-1'],
    ['unittest', 'AssertionError: -1 != 3', '3', '-1'],
    ['unittest, with a message', 'AssertionError: -1 != 3 : sums are sums', '3', '-1'],
    ['Go', 'Add(1, 2) = -1, want 3', '3', '-1'],
    ['Go, got', 'got -1, want 3', '3', '-1'],
    ['Go, expected', 'expected 3, got -1', '3', '-1'],
    ['testify', '\tError:      \tNot equal: \n\t            \texpected: 3\n\t            \tactual  : -1', '3', '-1'],
    ['Rust', 'assertion `left == right` failed: sums\n  left: -1\n right: 3', '3', '-1'],
    ['Rust, before 1.73', 'assertion failed: `(left == right)`\n  left: `-1`,\n right: `3`', '3', '-1'],
    ['JUnit', 'org.opentest4j.AssertionFailedError: expected: <3> but was: <-1>', '3', '-1'],
    ['JUnit 4', 'java.lang.AssertionError: expected:<3> but was:<-1>', '3', '-1'],
    ['AssertJ', 'Expecting:\n\nexpected: 3\n but was: -1', '3', '-1'],
    ['Hamcrest', '\nExpected: <3>\n     but: was <-1>', '<3>', '<-1>'],
    ['TestNG', 'expected [3] but found [-1]', '3', '-1'],
    ['xUnit', 'Assert.Equal() Failure: Values differ\nExpected: 3\nActual:   -1', '3', '-1'],
    ['NUnit', '  Expected: 3\n  But was:  -1', '3', '-1'],
    ['MSTest', 'Assert.AreEqual failed. Expected:<3>. Actual:<-1>. ', '3', '-1'],
  ];
  for (const [name, text, expected, actual] of cases) {
    it(name, () => assert.deepEqual(expectedActual(text), { expected, actual }));
  }

  for (const text of ['TypeError: x is not a function', 'assert -1', 'expected: [Array]\nactual: [Array]', '']) {
    it(`none in ${JSON.stringify(text)}`, () => assert.equal(expectedActual(text), undefined));
  }
});
