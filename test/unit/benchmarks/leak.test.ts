import assert from 'node:assert/strict';
import type { Words } from '../../../src/agent/words/words.ts';
import { findLeak, leakPrefix, withoutLeaks } from '../../../src/benchmarks/leak.ts';
import { wordsInput } from '../../support/words.ts';

const hidden = ["test('adds', () => assert.equal(add(1, 250), 'total'));", 'return left + right - offset;'];
const never = new AbortController().signal;

describe('hidden text in instructions', () => {
  for (const [name, told, leak] of [
    ['twenty characters of the solution', 'Write return left + right - offset.', 'return left + right '],
    ['the same with other white space', 'Write return  left +\n right - offset.', 'return left + right '],
    ['a string of a test', 'It must be the "total".', 'total'],
    ['a number of a test', 'It must work for 250.', '250'],
  ] as const) {
    it(`is found: ${name}`, () => assert.equal(findLeak(told, hidden, ['add numbers']), leak));
  }
  for (const [name, told, visible] of [
    ['nineteen characters', 'return left + right', []],
    ['a short number', 'It must be 1.', []],
    ['a part of a longer number', 'It must be 2500 or -1250.', []],
    ['a part of a word', 'The subtotals are wrong.', []],
    ['what the developer said', 'It must work for 250.', ['add(1, 250) is wrong']],
    ['what stands in the target', 'Keep return left + right - offset.', ['return left + right - offset;']],
  ] as const) {
    it(`is not: ${name}`, () => assert.equal(findLeak(told, hidden, visible), undefined));
  }

  const made: Words = {
    instruction: 'Return the total and keep the signature as it is.',
    source: 'model',
    critique: {
      kind: 'wrong-result',
      quotes: [],
      rootCause: 'the sum is wrong',
      attribution: 'capability',
      requirements: [],
      unknowns: [],
    },
    calls: [{ purpose: 'critique', output: 'x', refused: [], milliseconds: 1 }],
  };
  it('makes the template for a plain rejection stand in, without the critique, and is noted', async () => {
    const words = await withoutLeaks(async () => made, hidden)(wordsInput({ comment: 'no, wrong' }), never);
    assert.equal(words.source, 'fallback');
    assert.equal(words.critique, undefined);
    assert.ok(!words.instruction.includes('total'));
    assert.ok(words.instruction.includes('no, wrong'), 'the comment is the developer’s own');
    assert.ok(!words.instruction.includes('-1 !== 3'), 'the evidence is cut to level L0');
    assert.deepEqual(words.calls.at(-1)?.refused, [`${leakPrefix}total`]);
  });
  it('is looked for in the critique too, which stands in later prompts', async () => {
    const critique = { ...made.critique!, rootCause: 'it must be 250' };
    const stream = withoutLeaks(async () => ({ ...made, instruction: 'Correct the sum.', critique }), hidden);
    assert.equal((await stream(wordsInput(), never)).source, 'fallback');
  });
  it('is no leak when the attempt or the comment has it already', async () => {
    for (const seen of [{ answerText: "return 'total';" }, { comment: 'it must be the "total"' }]) {
      assert.equal(await withoutLeaks(async () => made, hidden)(wordsInput(seen), never), made);
    }
  });
});
