import assert from 'node:assert/strict';
import { modelWords } from '../../../src/agent/words/model-words.ts';
import { scriptedCritic, wordsInput } from '../../support/words.ts';

const never = new AbortController().signal;
const line = 'return a - b;';
const why = ' It subtracts b from a instead of adding it.';
const what = ' Return the sum of both arguments.';

/** A critic continues what was begun for it. */
const critic = (values: readonly string[]) => {
  const prefixes: string[] = [];
  const scripted = scriptedCritic(values, { guided: true });
  return {
    prefixes,
    ...scripted,
    generate: async function* (...[request, signal]: Parameters<typeof scripted.generate>) {
      const prefix = 'messages' in request.prompt ? (request.prompt.prefix ?? '') : '';
      prefixes.push(prefix);
      const generation = yield* scripted.generate(request, signal);
      return { ...generation, text: prefix + generation.text };
    },
  };
};

describe('words of a model that knows none of our prompts', () => {
  it('are generated field by field, each continuing those before it', async () => {
    const asked = critic([` \`${line}\``, why, what]);
    const words = await modelWords(asked)(wordsInput({ comment: 'add must add' }), never);
    assert.equal(words.source, 'model');
    assert.deepEqual(asked.prefixes, [
      'Wrong line:',
      `Wrong line: \`${line}\`\nWhy it is wrong:`,
      `Wrong line: \`${line}\`\nWhy it is wrong:${why}\nWhat to change:`,
    ]);
    assert.deepEqual(words.critique?.quotes, ['return a - b;']);
    assert.equal(words.critique?.rootCause, why.trim());
    for (const part of ['add must add', 'return a - b;', why.trim(), what.trim(), 'expected: 3', 'code block']) {
      assert.ok(words.instruction.includes(part), part);
    }
  });

  it('ask again, warmer, for what says nothing, and do without a line that is not in the attempt', async () => {
    const asked = critic([' foo(bar, baz)', ' nothing here at all', why, ' ```js', what]);
    const words = await modelWords(asked)(wordsInput(), never);
    assert.equal(words.source, 'model');
    assert.deepEqual(words.critique?.quotes, []);
    assert.deepEqual(
      words.calls.map(({ refused }) => refused.length),
      [1, 1, 0, 1, 0],
    );
    assert.deepEqual(
      asked.requests.map(({ sampling }) => sampling?.temperature),
      [0, 0.7, 0, 0, 0.7],
    );
  });

  it('refuse echoes of the evidence, of the attempt and of placeholders', async () => {
    const echoes = [' Expected values to be strictly equal: -1 !== 3', ' one sentence that says why it is wrong'];
    const asked = critic([` ${line}`, ...echoes, ...echoes]);
    const words = await modelWords(asked)(wordsInput(), never);
    assert.equal(words.source, 'fallback');
    assert.ok(words.instruction.includes('expected: 3'));
  });
});
