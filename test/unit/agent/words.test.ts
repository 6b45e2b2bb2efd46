import assert from 'node:assert/strict';
import { fallbackInstruction } from '../../../src/agent/words/fallback.ts';
import { modelWords } from '../../../src/agent/words/model-words.ts';
import { isCancelled } from '../../../src/shared/errors/cancelled.ts';
import { failed, promptText, scriptedCritic, wordsInput } from '../../support/words.ts';

const fields =
  'Kind: wrong-result\nQuote: -1 !== 3\nCause: The function subtracts.\nBlame: capability\nRequire: add(1, 2) returns 3';
const said = 'Add the two arguments instead of subtracting them, and return the whole target in one code block.';
const both = `${fields}\n<instruction>\n${said}\n</instruction>`;
const never = new AbortController().signal;

describe('words of a small model (one call)', () => {
  it('reads critique and instruction', async () => {
    const critic = scriptedCritic([both]);
    const words = await modelWords(critic)(wordsInput(), never);
    assert.equal(words.instruction, said);
    assert.equal(words.source, 'model');
    assert.deepEqual(words.critique, {
      kind: 'wrong-result',
      quotes: ['-1 !== 3'],
      rootCause: 'The function subtracts.',
      attribution: 'capability',
      requirements: ['add(1, 2) returns 3'],
      unknowns: [],
    });
    assert.deepEqual(
      words.calls.map(({ purpose, output, refused }) => ({ purpose, output, refused })),
      [{ purpose: 'critique-and-rewrite', output: both, refused: [] }],
    );
  });

  it('asks the base model, greedily, for a bounded output', async () => {
    const critic = scriptedCritic([both]);
    await modelWords(critic)(wordsInput(), never);
    const [request] = critic.requests;
    assert.ok(request !== undefined && !('adapter' in request));
    assert.equal(request.sampling?.temperature, 0);
    assert.ok(request.maxTokens !== undefined && request.maxTokens <= 600);
  });

  it('shows the critic task, target, attempt, evidence, comment and earlier critiques', async () => {
    const critic = scriptedCritic([both.replace('Add', 'Use sumAll, add')]);
    const earlier = [
      {
        turn: 1,
        instruction: 'Do it.',
        critique: {
          kind: 'syntax',
          quotes: [],
          rootCause: 'A bracket is missing.',
          attribution: 'both',
          requirements: [],
          unknowns: [],
        },
      },
    ] as const;
    await modelWords(critic)(wordsInput({ comment: 'use sumAll', earlier }), never);
    const text = promptText(critic.requests[0]!.prompt);
    for (const part of [
      'Fix it.',
      'src/add.js, add',
      'return a;',
      'return a - b;',
      '-1 !== 3',
      'use sumAll',
      '- attempt 1: syntax: A bracket is missing. Asked for: Do it.',
    ]) {
      assert.ok(text.includes(part), part);
    }
    assert.ok(!text.includes('Here:'), 'the talk around the code is left out');
  });

  const guards: [string, string, RegExp, { comment?: string; previous?: string }][] = [
    ['no critique', `<instruction>${said}</instruction>`, /no critique/, {}],
    ['no instruction', fields, /no instruction/, {}],
    [
      'a code block in the instruction',
      `${fields}\n<instruction>\n${said}\n\`\`\`js\na + b\n\`\`\`\n</instruction>`,
      /code block/,
      {},
    ],
    [
      'a code block in the critique',
      `${fields}\n\`\`\`js\na + b\n\`\`\`\n<instruction>${said}</instruction>`,
      /code block/,
      {},
    ],
    ['too few words', `${fields}\n<instruction>Fix the code now.</instruction>`, /too short: 4/, {}],
    ['too many words', `${fields}\n<instruction>${'very '.repeat(221)}</instruction>`, /too long: 221/, {}],
    ['a dropped identifier', both, /drops parseInt/, { comment: 'use parseInt here' }],
    [
      'a dropped name of the target',
      both.replace('Add', 'Sum'),
      /drops add/,
      { comment: 'add should work for negative values' },
    ],
    ['a dropped number', both, /drops 42/, { comment: 'it must return 42' }],
    ['a number that is part of another', both.replace('two', '142'), /drops 42/, { comment: 'it must return 42' }],
    ['a dropped quoted string', both, /drops not a number/, { comment: 'throw "not a number" then' }],
    ['the previous instruction', both, /equals the previous/, { previous: said.toUpperCase() }],
  ];
  for (const [name, output, reason, { comment = '', previous }] of guards) {
    it(`refuses ${name}, asks once more, and falls back`, async () => {
      const earlier = previous === undefined ? [] : [{ turn: 1, instruction: previous }];
      const input = wordsInput({ comment, earlier });
      const critic = scriptedCritic([output, output]);
      const words = await modelWords(critic)(input, never);
      assert.equal(words.source, 'fallback');
      assert.equal(words.instruction, fallbackInstruction(input));
      assert.equal(words.calls.length, 2);
      for (const call of words.calls) assert.match(call.refused.join('; '), reason);
      const [first, second] = critic.requests.map(({ prompt }) => promptText(prompt).length);
      assert.ok(second! < first!, 'the second prompt is shorter');
      assert.ok(!promptText(critic.requests[1]!.prompt).includes('return a;'), 'without the target');
    });
    it(`uses the second output after ${name}`, async () => {
      const earlier = previous === undefined ? [] : [{ turn: 1, instruction: previous }];
      const good = both.replace('Add', 'With parseInt, 42 and "not a number": add all of them. Add');
      const words = await modelWords(scriptedCritic([output, good]))(wordsInput({ comment, earlier }), never);
      assert.equal(words.source, 'model');
      assert.deepEqual(
        words.calls.map(({ refused }) => refused.length > 0),
        [true, false],
      );
    });
  }

  it('keeps the critique when only the instruction was refused', async () => {
    const words = await modelWords(scriptedCritic([fields, fields]))(wordsInput(), never);
    assert.equal(words.source, 'fallback');
    assert.equal(words.critique?.rootCause, 'The function subtracts.');
  });

  it('asks for a different approach where the cause is the same as before', async () => {
    const first = await modelWords(scriptedCritic([both]))(wordsInput(), never);
    const earlier = [{ turn: 1, instruction: 'Something else.', critique: first.critique! }];
    const again = await modelWords(scriptedCritic([both.replace('The function', 'the function')]))(
      wordsInput({ earlier }),
      never,
    );
    assert.match(again.instruction, /different approach/);
    const other = await modelWords(scriptedCritic([both.replace('subtracts', 'ignores its second argument')]))(
      wordsInput({ earlier }),
      never,
    );
    assert.doesNotMatch(other.instruction, /different approach/);
    const asked = both.replace('Add the', 'Try another way: add the');
    const own = await modelWords(scriptedCritic([asked]))(wordsInput({ earlier }), never);
    assert.equal(own.instruction, said.replace('Add the', 'Try another way: add the'));
    const refused = await modelWords(scriptedCritic([fields, fields]))(wordsInput({ earlier }), never);
    assert.match(refused.instruction, /different approach/);
  });

  it('drops quotes and requirements that come from nowhere', async () => {
    const invented = both
      .replace('Quote: -1 !== 3', 'Quote: TypeError: boom')
      .replace('Require: add(1, 2) returns 3', 'Require: handles zebras quickly');
    const { critique } = await modelWords(scriptedCritic([invented]))(wordsInput(), never);
    assert.deepEqual([critique?.quotes, critique?.requirements], [[], []]);
  });

  it('strips thinking, and tokens of chat templates from the instruction', async () => {
    const output = `<think>\nKind: syntax\nCause: none\n</think>\n${both.replace('Add', '<|im_end|> Add')}`;
    const words = await modelWords(scriptedCritic([output]))(wordsInput(), never);
    assert.equal(words.critique?.kind, 'wrong-result');
    assert.equal(words.instruction, `< |im_end|> ${said}`);
  });
});

describe('words of a larger model (two calls)', () => {
  const big = { parameters: 3e9 };
  const instruction = `<instruction>${said}</instruction>`;
  it('asks for the critique, then for the instruction', async () => {
    const critic = scriptedCritic([fields, instruction], big);
    const words = await modelWords(critic)(wordsInput(), never);
    assert.equal(words.instruction, said);
    assert.deepEqual(
      words.calls.map(({ purpose }) => purpose),
      ['critique', 'rewrite'],
    );
    assert.ok(promptText(critic.requests[1]!.prompt).includes('Cause: The function subtracts.'));
  });
  it('does not ask for an instruction without a critique', async () => {
    const words = await modelWords(scriptedCritic(['?', '??'], big))(wordsInput(), never);
    assert.equal(words.source, 'fallback');
    assert.deepEqual(
      words.calls.map(({ purpose }) => purpose),
      ['critique', 'critique'],
    );
    assert.equal(words.critique, undefined);
  });
  it('asks twice for the instruction', async () => {
    const words = await modelWords(scriptedCritic([fields, 'no tags', instruction], big))(wordsInput(), never);
    assert.equal(words.source, 'model');
    assert.deepEqual(
      words.calls.map(({ purpose }) => purpose),
      ['critique', 'rewrite', 'rewrite'],
    );
  });
  it('tells the second call when the cause is an old one', async () => {
    const critique = (await modelWords(scriptedCritic([both]))(wordsInput(), never)).critique!;
    const critic = scriptedCritic([fields, instruction], big);
    await modelWords(critic)(wordsInput({ earlier: [{ turn: 1, instruction: 'x', critique }] }), never);
    assert.match(promptText(critic.requests[1]!.prompt), /was not cured. Ask for a different approach/);
  });
});

describe('the context of the critic', () => {
  const long = wordsInput({
    task: { ...wordsInput().task, request: `Fix it. ${'please '.repeat(400)}` },
    verdict: { ...failed, tests: failed.tests.map((test) => ({ ...test, name: `${test.name} ${'x'.repeat(100)}` })) },
  });
  for (const contextLength of [8192, 4096, 2048, 1024, 700, 500]) {
    it(`${contextLength} tokens: the prompt and its output have room`, async () => {
      const critic = scriptedCritic([both], { contextLength });
      const words = await modelWords(critic)(long, never);
      assert.equal(words.source, 'model');
      const [request] = critic.requests;
      const tokens = await critic.countTokens(request!.prompt, never);
      assert.ok(tokens + request!.maxTokens! <= contextLength, `${tokens} + ${request!.maxTokens}`);
    });
  }
  it('too small even for the least: the template, with the reason in the record', async () => {
    const critic = scriptedCritic([], { contextLength: 200 });
    const words = await modelWords(critic)(long, never);
    assert.equal(words.source, 'fallback');
    assert.equal(critic.requests.length, 0);
    assert.equal(words.calls.length, 1);
    assert.match(words.calls[0]!.refused.join(), /context too small: the shortest prompt takes \d+ of 200 tokens/);
  });
});

describe('stopping the words', () => {
  it('rejects with `cancelled` when the generation was stopped', async () => {
    const critic = scriptedCritic([both], { finish: 'cancelled' });
    await assert.rejects(modelWords(critic)(wordsInput(), never), isCancelled);
  });
  it('rejects with `cancelled` before it generates', async () => {
    const critic = scriptedCritic([both]);
    await assert.rejects(modelWords(critic)(wordsInput(), AbortSignal.abort()), isCancelled);
    assert.equal(critic.requests.length, 0);
  });
  it('does not hide a failure of the model', async () => {
    await assert.rejects(modelWords(scriptedCritic([]))(wordsInput(), never), /outputs were scripted/);
  });
});
