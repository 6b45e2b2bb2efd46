import assert from 'node:assert/strict';
import { readGenerationDefaults } from '../../../../src/engine/generation/generation-defaults.ts';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import { fixturePath } from '../tokenizer/fixtures.ts';
import { withScratch } from '../tokenizer/scratch.ts';

const imEnd = 1002;

describe('generation defaults', () => {
  it('reads a list of end tokens and the sampling settings', async () => {
    const directory = fixturePath('checkpoints/llama');
    const tokenizer = await loadTokenizer(directory);
    const defaults = await readGenerationDefaults(directory);
    const ends = ['<|end_of_text|>', '<|eom_id|>', '<|eot_id|>'].map((text) => tokenizer.encode(text)[0]!);
    assert.deepEqual(defaults, { stopTokens: ends, temperature: 0.7, topP: 0.8, doSample: true });
  });

  it('reads every setting that a Qwen checkpoint has', async () => {
    const directory = fixturePath('checkpoints/qwen2');
    const tokenizer = await loadTokenizer(directory);
    const ends = tokenizer.encode('<|endoftext|><|im_end|>');
    assert.deepEqual(await readGenerationDefaults(directory), {
      stopTokens: ends,
      temperature: 0.7,
      topP: 0.8,
      topK: 20,
      repetitionPenalty: 1.05,
      doSample: true,
    });
  });

  it('takes config.json where generation_config.json says nothing, and always the end token of the tokenizer', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write('config.json', '{"eos_token_id": 1000, "temperature": 0.5}');
      assert.deepEqual(await readGenerationDefaults(directory), { stopTokens: [1000, imEnd], temperature: 0.5 });
      await write('generation_config.json', '{"eos_token_id": [3, 5], "min_p": 0.1, "temperature": null}');
      assert.deepEqual(await readGenerationDefaults(directory), {
        stopTokens: [3, 5, imEnd],
        temperature: 0.5,
        minP: 0.1,
      });
    });
  });

  it('finds the end token in tokenizer.json when tokenizer_config.json only names it', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => void delete config.added_tokens_decoder);
      assert.deepEqual((await readGenerationDefaults(directory)).stopTokens, [imEnd]);
    });
  });

  for (const [name, text] of [
    ['a negative end token', '{"eos_token_id": -1}'],
    ['an end token that is text', '{"eos_token_id": ["</s>"]}'],
    ['top_p above one', '{"top_p": 1.5}'],
    ['a temperature that is text', '{"temperature": "hot"}'],
    ['broken JSON', '{"eos_token_id": '],
  ] as const) {
    it(`refuses ${name}`, async () => {
      await withScratch('qwen', async ({ directory, write }) => {
        await write('generation_config.json', text);
        await assert.rejects(readGenerationDefaults(directory), {
          code: 'tokenizer.broken',
          message: /generation_config\.json cannot be used/,
        });
      });
    });
  }
});
