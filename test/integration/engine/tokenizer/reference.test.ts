import assert from 'node:assert/strict';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer-types.ts';
import {
  fixturePath,
  flagsOracle,
  metaspaceOracle,
  styles,
  type TokenizerOracle,
  tokenizerOracle,
} from './fixtures.ts';
import { withScratch } from './scratch.ts';

for (const style of styles) {
  describe(`tokenizer ${style}: identical to transformers`, () => {
    let tokenizer: Tokenizer;
    let oracle: TokenizerOracle;
    before(async () => {
      tokenizer = await loadTokenizer(fixturePath(`tokenizers/${style}`));
      oracle = tokenizerOracle(style);
      assert.ok(oracle.texts.length >= 200);
    });

    it('size and special tokens', () => {
      assert.equal(tokenizer.size, oracle.size);
      const special = Array.from({ length: oracle.size }, (_, id) => id).filter((id) => tokenizer.isSpecial(id));
      assert.deepEqual(special, oracle.special);
    });

    it('ids of every text, special tokens recognised', () => {
      for (const { text, ids } of oracle.texts) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    });

    it('ids with the special tokens that the model expects around a text', () => {
      for (const { text, ids } of oracle.texts) {
        const expected = [...oracle.prefix, ...ids, ...oracle.suffix];
        assert.deepEqual(tokenizer.encode(text, { addSpecial: true }), expected, JSON.stringify(text));
      }
    });

    it('ids when special tokens in the text are ordinary characters', () => {
      assert.ok(oracle.texts.some((row) => row.plainIds !== undefined));
      for (const { text, ids, plainIds } of oracle.texts) {
        assert.deepEqual(tokenizer.encode(text, { parseSpecial: false }), plainIds ?? ids, JSON.stringify(text));
      }
    });

    it('decoded text, with and without special tokens', () => {
      for (const { text, ids, decoded = text, skipped = decoded } of oracle.texts) {
        assert.equal(tokenizer.decode(ids), decoded);
        assert.equal(tokenizer.decode(ids, { skipSpecial: true }), skipped);
      }
    });

    it('decoded fragments that cut characters', () => {
      for (const { ids, decoded } of oracle.fragments) assert.equal(tokenizer.decode(ids), decoded, ids.join(' '));
    });

    it('bytes of the tokens join to the UTF-8 of the text', () => {
      for (const { text, ids, decoded = text } of oracle.texts) {
        if (ids.some((id) => tokenizer.isSpecial(id))) continue;
        const joined = Buffer.concat(ids.map((id) => tokenizer.bytes(id)));
        // SentencePiece puts a space before the first word, which only decoding a whole text removes.
        const expected = style === 'llama2' && ids.length > 0 ? ` ${decoded}` : decoded;
        assert.ok(joined.equals(Buffer.from(expected)), JSON.stringify(text));
      }
      for (const id of oracle.special) assert.equal(tokenizer.bytes(id).length, 0);
    });
  });
}

describe('added tokens with flags', () => {
  it('are found as the reference finds them', async () => {
    const { added, texts } = flagsOracle();
    await withScratch('qwen', async ({ directory, edit }) => {
      await edit('tokenizer.json', (value) => {
        value.added_tokens = added;
      });
      const tokenizer = await loadTokenizer(directory);
      for (const { text, ids, plainIds } of texts) {
        assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
        assert.deepEqual(tokenizer.encode(text, { parseSpecial: false }), plainIds, JSON.stringify(text));
      }
    });
  });
});

describe('a Metaspace pre-tokenizer', () => {
  it('puts the prefix on the first section only', async () => {
    const { preTokenizer, texts } = metaspaceOracle();
    await withScratch('llama2', async ({ directory, edit }) => {
      await edit('tokenizer.json', (value) => Object.assign(value, { normalizer: null, pre_tokenizer: preTokenizer }));
      const tokenizer = await loadTokenizer(directory);
      for (const { text, ids } of texts) assert.deepEqual(tokenizer.encode(text), ids, JSON.stringify(text));
    });
  });
});
