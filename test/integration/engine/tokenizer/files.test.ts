import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Utf8Stream } from '../../../../src/engine/generation/utf8-stream.ts';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import { type Scratch, withScratch } from './scratch.ts';

type Json = Record<string, unknown>;

const broken: readonly {
  readonly name: string;
  readonly code: string;
  readonly message: RegExp;
  damage(s: Scratch): Promise<void>;
}[] = [
  {
    name: 'no tokenizer.json',
    code: 'missing',
    message: /tokenizer\.json does not exist/,
    damage: (s) => s.remove('tokenizer.json'),
  },
  { name: 'an empty file', code: 'broken', message: /It is empty/, damage: (s) => s.write('tokenizer.json', '') },
  {
    name: 'a truncated file',
    code: 'broken',
    message: /not valid JSON/,
    damage: (s) => s.write('tokenizer.json', '{"model": {"type"'),
  },
  {
    name: 'a list',
    code: 'broken',
    message: /does not hold a JSON object/,
    damage: (s) => s.write('tokenizer.json', '[]'),
  },
  {
    name: 'no model',
    code: 'broken',
    message: /It has no "model"/,
    damage: (s) => s.edit('tokenizer.json', (value) => void delete value.model),
  },
  {
    name: 'another kind of model',
    code: 'unsupported',
    message: /type "Unigram"; only "BPE"/,
    damage: (s) => s.edit('tokenizer.json', (value) => Object.assign(value.model as Json, { type: 'Unigram' })),
  },
  {
    name: 'no merges',
    code: 'broken',
    message: /"vocab" object and a "merges" list/,
    damage: (s) => s.edit('tokenizer.json', (value) => void delete (value.model as Json).merges),
  },
  {
    name: 'an empty vocabulary',
    code: 'broken',
    message: /vocabulary is empty/,
    damage: (s) => s.edit('tokenizer.json', (value) => Object.assign(value.model as Json, { vocab: {} })),
  },
  {
    name: 'an id that is no number',
    code: 'broken',
    message: /id of token "!" is "0"/,
    damage: (s) =>
      s.edit('tokenizer.json', (value) => Object.assign((value.model as Json).vocab as Json, { '!': '0' })),
  },
  {
    name: 'an added token without an id',
    code: 'broken',
    message: /added token is not understood: \{"content":"x"\}/,
    damage: (s) => s.edit('tokenizer.json', (value) => Object.assign(value, { added_tokens: [{ content: 'x' }] })),
  },
  {
    name: 'an unknown pre-tokenizer',
    code: 'unsupported',
    message: /cannot be built: .*Nonsense/,
    damage: (s) => s.edit('tokenizer.json', (value) => Object.assign(value, { pre_tokenizer: { type: 'Nonsense' } })),
  },
  {
    name: 'a pre-tokenizer with an option of another type',
    code: 'unsupported',
    message: /It cannot encode a text: TypeError/,
    damage: (s) =>
      s.edit('tokenizer.json', (value) =>
        Object.assign(value, {
          pre_tokenizer: { type: 'Split', pattern: { String: 'q' }, invert: false, behavior: 5 },
        }),
      ),
  },
  {
    name: 'a broken tokenizer_config.json',
    code: 'broken',
    message: /tokenizer_config\.json cannot be used/,
    damage: (s) => s.write('tokenizer_config.json', '{'),
  },
];

describe('tokenizer files', () => {
  for (const { name, code, message, damage } of broken) {
    it(`refuses ${name}`, async () => {
      await withScratch('qwen', async (scratch) => {
        await damage(scratch);
        await assert.rejects(loadTokenizer(scratch.directory), {
          name: 'RetuneError',
          code: `tokenizer.${code}`,
          message,
        });
      });
    });
  }

  it('names the path of a missing file', async () => {
    await withScratch(null, async ({ directory }) => {
      await assert.rejects(loadTokenizer(directory), { data: { path: join(directory, 'tokenizer.json') } });
    });
  });

  it('works without tokenizer_config.json', async () => {
    await withScratch('qwen', async ({ directory, remove }) => {
      await remove('tokenizer_config.json');
      const tokenizer = await loadTokenizer(directory);
      assert.equal(tokenizer.hasChatTemplate, false);
      assert.equal(tokenizer.decode(tokenizer.encode('x <|im_end|>')), 'x <|im_end|>');
    });
  });

  it('adds the tokens that only tokenizer_config.json knows', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => {
        (config.added_tokens_decoder as Json)['1200'] = { content: '<extra>', special: true };
        config.pad_token = { content: '<fresh>' };
      });
      const tokenizer = await loadTokenizer(directory);
      assert.deepEqual(tokenizer.encode('<extra><fresh>'), [1200, 1201]);
      assert.ok(tokenizer.isSpecial(1200) && tokenizer.isSpecial(1201));
      assert.equal(tokenizer.size, 1202);
      assert.throws(() => tokenizer.decode([1199]), { code: 'tokenizer.unknown-token' });
      assert.equal(new Utf8Stream(tokenizer).push(1199), '', 'a model may sample it');
    });
  });

  it('matches an ordinary added token in normalised text unless told otherwise', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => {
        Object.assign(config.added_tokens_decoder as Json, { 1005: { content: 'é-token' } });
      });
      const tokenizer = await loadTokenizer(directory);
      assert.deepEqual(tokenizer.encode('e\u0301-token'), [1005]);
      assert.equal(tokenizer.isSpecial(1005), false);
    });
  });

  it('treats the named tokens as special even where they are not marked so', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer_config.json', (config) => Object.assign(config, { eos_token: '</think>' }));
      const tokenizer = await loadTokenizer(directory);
      assert.equal(tokenizer.decode(tokenizer.encode('<think>a</think>'), { skipSpecial: true }), '<think>a');
    });
  });

  it('reads a model without a type as a byte-pair encoding', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      const typed = await loadTokenizer(directory);
      await edit('tokenizer.json', (value) => {
        const { vocab, merges } = value.model as Json;
        value.model = { vocab, merges };
      });
      const untyped = await loadTokenizer(directory);
      const text = 'Words, and more words.';
      assert.deepEqual(untyped.encode(text), typed.encode(text));
      assert.equal(untyped.decode(untyped.encode(text)), text);
    });
  });

  it('never finds an added token of which normalising leaves nothing', async () => {
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer.json', (value) => {
        value.normalizer = { type: 'Strip', strip_left: true, strip_right: true };
      });
      const text = 'ab cd';
      const without = (await loadTokenizer(directory)).encode(text);
      await edit('tokenizer.json', (value) => {
        (value.added_tokens as Json[]).push({ id: 1100, content: ' ', normalized: true, special: false });
      });
      assert.deepEqual((await loadTokenizer(directory)).encode(text), without);
    });
  });

  it('does not wait for a pipe', async function () {
    if (process.platform === 'win32') this.skip();
    for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
      await withScratch('qwen', async ({ directory, write, remove }) => {
        await write(name, '');
        await remove(name);
        execFileSync('mkfifo', [join(directory, name)]);
        await assert.rejects(loadTokenizer(directory), { code: 'tokenizer.broken', message: /not a regular file/ });
      });
    }
  });

  it('refuses ids outside the vocabulary, which have no bytes', async () => {
    await withScratch('qwen', async ({ directory }) => {
      const tokenizer = await loadTokenizer(directory);
      for (const id of [tokenizer.size, -1, 0.5]) {
        assert.throws(() => tokenizer.decode([id]), { code: 'tokenizer.unknown-token' });
        assert.equal(tokenizer.bytes(id).length, 0);
      }
      assert.equal(tokenizer.decode([]), '');
    });
  });
});
