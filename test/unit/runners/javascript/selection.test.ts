import assert from 'node:assert/strict';
import type { TestResult } from '../../../../src/agent/verdict.ts';
import { idOf } from '../../../../src/runners/formats/results.ts';
import { choiceOf } from '../../../../src/runners/javascript/selection.ts';

function result(file: string | undefined, groups: readonly string[], name: string): TestResult {
  return { id: idOf(file, groups, name), name, status: 'failed', ...(file === undefined ? {} : { file }) };
}

describe('choiceOf', () => {
  const choice = choiceOf({
    kind: 'only',
    tests: [result('a.js', ['sum (of two)'], 'adds a+b'), result('a.js', [], 'alone'), result('b.js', ['x › y'], 'z')],
  });
  const names = new RegExp(choice?.fullNames ?? '');
  const titles = new RegExp(choice?.titles ?? '');

  it('matches exactly the tests that were chosen', () => {
    for (const name of ['sum (of two) adds a+b', 'alone', 'x › y z', 'sum (of\n two)  adds a+b'])
      assert.match(name, names);
    for (const name of ['sum (of two) adds a+b twice', 'sum alone', 'adds a+b', 'sum of two adds a+b', 'x y', 'z']) {
      assert.doesNotMatch(name, names);
    }
    for (const title of ['adds a+b', 'alone', 'z']) assert.match(title, titles);
    assert.doesNotMatch('adds aab', titles);
  });

  it('names each file once, or none when one is unknown', () => {
    assert.deepEqual(choice?.files, ['a.js', 'b.js']);
    const unknown = choiceOf({ kind: 'only', tests: [result('a.js', [], 'a'), result(undefined, [], 'b')] });
    assert.deepEqual(unknown?.files, []);
  });

  it('treats tests of the same name as one', () => {
    const first = result('a.js', ['s'], 't');
    const second = { ...first, id: `${first.id} #2` };
    assert.match('s t', new RegExp(choiceOf({ kind: 'only', tests: [second] })?.fullNames ?? '-'));
  });

  it('gives up on all tests, none, names that were cut, and too many', () => {
    assert.equal(choiceOf({ kind: 'all' }), undefined);
    assert.equal(choiceOf({ kind: 'only', tests: [] }), undefined);
    assert.equal(choiceOf({ kind: 'only', tests: [result('a.js', [], 'long '.repeat(500))] }), undefined);
    const many = Array.from({ length: 500 }, (_, index) => result('a.js', [], `a test with the number ${index}`));
    assert.equal(choiceOf({ kind: 'only', tests: many }), undefined);
  });
});
