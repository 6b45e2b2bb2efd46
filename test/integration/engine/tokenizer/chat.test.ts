import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import { chatOracle, conversations, fixturePath, styles } from './fixtures.ts';
import { withScratch } from './scratch.ts';

const hello = [{ role: 'user', content: 'Hello' }] as const;

for (const style of styles) {
  describe(`chat template ${style}`, () => {
    it('renders every conversation as transformers does, errors included', async () => {
      const tokenizer = await loadTokenizer(fixturePath(`tokenizers/${style}`));
      const messages = conversations();
      assert.ok(messages.length >= 20);
      assert.equal(tokenizer.hasChatTemplate, true);
      for (const { conversation, addGenerationPrompt, variables, text, error } of chatOracle(style)) {
        const render = () => tokenizer.chat(messages[conversation]!, { addGenerationPrompt, variables });
        const label = `conversation ${conversation}`;
        if (text !== undefined) assert.equal(render(), text, label);
        else
          assert.throws(render, {
            code: 'tokenizer.chat-template-failed',
            data: { path: configPath(style), message: error },
          });
      }
    });
  });
}

const configPath = (style: string) => join(fixturePath(`tokenizers/${style}`), 'tokenizer_config.json');

describe('chat templates of a checkpoint', () => {
  it('chat_template.jinja wins over tokenizer_config.json', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write(
        'chat_template.jinja',
        '{{ eos_token }}|{{ messages[0].content }}|{{ add_generation_prompt }}|{{ bos_token }}|{{ tools is none }}',
      );
      const tokenizer = await loadTokenizer(directory);
      assert.equal(tokenizer.chat(hello, { addGenerationPrompt: true }), '<|im_end|>|Hello|true||true');
    });
  });

  it('ends with the last message unless a generation prompt is asked for', async () => {
    const tokenizer = await loadTokenizer(fixturePath('tokenizers/qwen'));
    assert.equal(tokenizer.chat(hello), tokenizer.chat(hello, { addGenerationPrompt: false }));
    assert.ok(tokenizer.chat(hello, { addGenerationPrompt: true }).endsWith('<|im_start|>assistant\n'));
  });

  it('a template can ask for the date', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write('chat_template.jinja', '{{ strftime_now("%Y") }}');
      const years = [new Date().getFullYear()];
      const rendered = (await loadTokenizer(directory)).chat(hello);
      years.push(new Date().getFullYear());
      assert.ok(years.includes(Number(rendered)), rendered);
    });
  });

  it('variables of the caller override the special tokens', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write('chat_template.jinja', '{{ eos_token }}{{ extra }}');
      const tokenizer = await loadTokenizer(directory);
      assert.equal(tokenizer.chat(hello, { variables: { eos_token: 'E', extra: 'x' } }), 'Ex');
    });
  });

  it('a checkpoint without a template says so', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => {
        delete config.chat_template;
      });
      const tokenizer = await loadTokenizer(directory);
      assert.equal(tokenizer.hasChatTemplate, false);
      assert.throws(() => tokenizer.chat(hello), { code: 'tokenizer.no-chat-template', data: { directory } });
    });
  });

  it('named templates without a default are refused with their names', async () => {
    await withScratch('llama2', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => {
        config.chat_template = [{ name: 'rag', template: 'x' }];
      });
      await assert.rejects(loadTokenizer(directory), {
        code: 'tokenizer.ambiguous-chat-template',
        message: /templates: rag/,
      });
    });
  });

  it('a broken template is refused with its own message', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write('chat_template.jinja', '{% if x %}never closed');
      await assert.rejects(loadTokenizer(directory), {
        code: 'tokenizer.invalid-chat-template',
        message: /chat_template\.jinja/,
      });
    });
  });

  it('a template that fails while rendering quotes the failure', async () => {
    await withScratch('qwen', async ({ directory, write }) => {
      await write('chat_template.jinja', "{{ raise_exception('Only tools here') }}");
      const tokenizer = await loadTokenizer(directory);
      assert.throws(() => tokenizer.chat(hello), {
        code: 'tokenizer.chat-template-failed',
        message: /It says: Only tools here\./,
      });
    });
  });
});
