import assert from 'node:assert/strict';
import type { FailureKind, TestFailure, TestResult } from '../../../../src/agent/verdict.ts';
import { failureKindOf } from '../../../../src/runners/verdict/failure-kind.ts';

function failed(message: string, more: Partial<TestFailure> = {}, status: 'failed' | 'errored' = 'failed'): TestResult {
  return { id: message, name: message, status, failure: { message, frames: [], ...more } };
}

const messages: readonly (readonly [FailureKind, string])[] = [
  ['syntax', "SyntaxError: Unexpected token '}'"],
  ['syntax', 'IndentationError: unexpected indent'],
  ['syntax', './sum.go:3:1: syntax error: non-declaration statement outside function body'],
  ['syntax', 'error: expected one of `;` or `}`, found `let`'],
  ['syntax', 'Transform failed with 1 error:\nsum.ts:3:1: ERROR: Expected ")"'],
  ['import', "Error: Cannot find module './sum'"],
  ['import', "ModuleNotFoundError: No module named 'pricing'"],
  ['import', "ImportError: cannot import name 'total' from 'pricing'"],
  ['import', "SyntaxError: The requested module './a.js' does not provide an export named 'b'"],
  ['import', 'error[E0432]: unresolved import `crate::sum`'],
  ['import', 'LoadError: cannot load such file -- pricing'],
  ['runtime', 'ArgumentError: wrong number of arguments (given 1, expected 2)'],
  ['runtime', "NoMethodError: undefined method `total' for nil:NilClass"],
  ['syntax', "lib/sum.rb:3: syntax error, unexpected `end'"],
  ['wrong-result', 'expected: 3\n     got: -1'],
  ['timeout', 'Timeout of 2000ms exceeded. For async tests and hooks, ensure "done()" is called'],
  ['timeout', 'Test timed out in 5000ms.'],
  ['wrong-result', 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal'],
  ['wrong-result', 'assert 3 == 4'],
  ['wrong-result', 'assertion `left == right` failed'],
  ['wrong-result', 'sum_test.go:8: got 3, want 4'],
  ['runtime', "TypeError: Cannot read properties of undefined (reading 'length')"],
  ['runtime', 'SyntaxError: Unexpected token } in JSON at position 4'],
  ['runtime', 'panic: runtime error: index out of range [3] with length 3'],
  ['runtime', 'ZeroDivisionError: division by zero'],
];

describe('the kind of a failure', () => {
  for (const [kind, message] of messages) {
    it(`${kind}: ${message.split('\n')[0]}`, () => assert.equal(failureKindOf([failed(message)], ''), kind));
  }

  it('expected and actual values say that the result is wrong', () => {
    assert.equal(failureKindOf([failed('prices', { expected: '3', actual: '4' })], ''), 'wrong-result');
    assert.equal(failureKindOf([failed('Test timed out in 5 ms', { expected: '3' })], ''), 'timeout');
  });

  it('code that cannot be loaded outweighs, otherwise the most frequent counts', () => {
    const wrong = failed('assert 1 == 2');
    const broken = failed('TypeError: x is not a function');
    const unloaded = failed("Cannot find module './x'", {}, 'errored');
    assert.equal(failureKindOf([wrong, wrong, unloaded], ''), 'import');
    assert.equal(failureKindOf([wrong, broken, broken], ''), 'runtime');
    assert.equal(failureKindOf([wrong, broken], ''), 'wrong-result');
  });

  it('without a test the output may say it, and nothing is invented', () => {
    assert.equal(failureKindOf([], "SyntaxError: Unexpected token ')'"), 'syntax');
    assert.equal(failureKindOf([], 'Killed'), undefined);
  });
});
