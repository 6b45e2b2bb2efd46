import assert from 'node:assert/strict';
import { generationDefaults } from '../../../../src/engine/generation/generation-defaults.ts';
import { generationObject } from '../../../../src/engine/gguf/generation.ts';
import { openGguf } from '../../../../src/engine/gguf/gguf-file.ts';
import type { GgufValue } from '../../../../src/engine/gguf/metadata.ts';
import { Metadata } from '../../../../src/engine/gguf/metadata.ts';
import { ggufTokenizer } from '../../../../src/engine/gguf/tokenizer.ts';
import { loadTokenizer } from '../../../../src/engine/tokenizer/tokenizer.ts';
import { checkpointDirectory, fixture } from '../../../support/oracle.ts';

const texts = [
  'function add(a, b) {\n\treturn a + b; // 12345\n}\n\n',
  "It's  Ünïcödé — 你好, e\u0301 😀\r\n   ",
  '<|im_start|>user\n<|eot_id|><|im_end|>',
  '',
];

/** A small vocabulary of SentencePiece: bytes, single characters and pieces with scores. */
function sentencePieces(changes: Readonly<Record<string, GgufValue>> = {}): Metadata {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const pieces = ['▁', 'h', 'e', 'l', 'o', 'he', 'll', 'hell', '▁hell', '▁hello', 'lo', 'o▁'];
  const scores = [-9, -9, -9, -9, -9, -1, -2, -3, -4, -5, -0.5, -8];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  const kinds = [2, 3, 3, ...bytes.map(() => 6), ...pieces.map(() => 1)];
  return new Metadata(
    'model.gguf',
    new Map<string, GgufValue>(
      Object.entries({
        'general.architecture': 'llama',
        'tokenizer.ggml.model': 'llama',
        'tokenizer.ggml.tokens': tokens,
        'tokenizer.ggml.token_type': kinds,
        'tokenizer.ggml.scores': [0, 0, 0, ...bytes.map(() => 0), ...scores],
        'tokenizer.ggml.bos_token_id': 1,
        'tokenizer.ggml.eos_token_id': 2,
        'tokenizer.ggml.unknown_token_id': 0,
        ...changes,
      }),
    ),
  );
}

describe('the tokenizer of a GGUF file', () => {
  for (const [name, file] of [
    ['qwen3', 'qwen3.gguf'],
    ['llama', 'llama-00001-of-00002.gguf'],
  ] as const) {
    it(`${name}: tokens, texts and conversations as with tokenizer.json`, async () => {
      const { metadata } = await openGguf(fixture('gguf', file));
      const found = ggufTokenizer(metadata);
      const expected = await loadTokenizer(checkpointDirectory(name));
      assert.equal(found.size, expected.size);
      for (const text of texts) {
        for (const options of [{}, { addSpecial: true }, { parseSpecial: false }]) {
          const ids = expected.encode(text, options);
          assert.deepEqual(found.encode(text, options), ids, JSON.stringify([text, options]));
          assert.equal(found.decode(ids), expected.decode(ids));
        }
      }
      for (let id = 0; id < 320; id++) {
        assert.equal(found.isSpecial(id), expected.isSpecial(id), `${id}`);
        assert.deepEqual(found.bytes(id), expected.bytes(id), `${id}`);
      }
      const messages = [{ role: 'user', content: 'Hello.' }] as const;
      const options = { addGenerationPrompt: true };
      assert.equal(found.chat(messages, options), expected.chat(messages, options));
    });
  }

  it('ends an answer at the tokens that the file names and at those known by name', async () => {
    const { metadata } = await openGguf(fixture('gguf', 'llama-00001-of-00002.gguf'));
    const fields = generationObject(metadata);
    const tokens = metadata.texts('tokenizer.ggml.tokens')!;
    const ends = ['<|end_of_text|>', '<|eom_id|>', '<|eot_id|>'].map((token) => tokens.indexOf(token));
    const { stopTokens } = generationDefaults([{ path: 'model.gguf', fields }]);
    assert.deepEqual(
      stopTokens,
      ends.toSorted((a, b) => a - b),
    );
  });

  it('joins the pieces of a SentencePiece vocabulary by their scores, and falls back to bytes', () => {
    const tokenizer = ggufTokenizer(sentencePieces());
    const idOf = (piece: string) =>
      259 + ['▁', 'h', 'e', 'l', 'o', 'he', 'll', 'hell', '▁hell', '▁hello', 'lo', 'o▁'].indexOf(piece);
    // "lo" has the best score, after which nothing joins "he", "l" and "lo".
    assert.deepEqual(tokenizer.encode('hello'), ['▁', 'he', 'l', 'lo'].map(idOf));
    assert.deepEqual(tokenizer.encode('hell'), [idOf('▁hell')]);
    assert.deepEqual(tokenizer.encode('é'), [idOf('▁'), 3 + 0xc3, 3 + 0xa9]);
    assert.equal(tokenizer.decode(tokenizer.encode('hell hello')), 'hell hello');
    assert.deepEqual(tokenizer.encode('hell', { addSpecial: true }), [1, idOf('▁hell')]);
    assert.equal(tokenizer.decode(tokenizer.encode('héllo 😀')), 'héllo 😀');
    assert.equal(tokenizer.hasChatTemplate, false);
  });

  it('refuses kinds of tokenizers that it does not know, by name', () => {
    const refused = (changes: Readonly<Record<string, GgufValue>>, message: RegExp, code: string) =>
      assert.throws(
        () => ggufTokenizer(sentencePieces(changes)),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, code);
          assert.match(error.message, message);
          return true;
        },
      );
    refused({ 'tokenizer.ggml.model': 'rwkv' }, /rwkv.*gpt2, llama/, 'gguf.unsupported-tokenizer');
    const bpe = { 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.merges': ['h e'] };
    refused(
      { ...bpe, 'tokenizer.ggml.pre': 'bloom' },
      /pre-tokenizer is bloom.*llama-bpe/,
      'gguf.unsupported-tokenizer',
    );
    refused({ 'tokenizer.ggml.model': 'gpt2' }, /merges is missing/, 'gguf.bad-metadata');
    refused({ 'tokenizer.ggml.tokens': [] }, /tokens is empty/, 'gguf.bad-metadata');
    refused({ 'tokenizer.ggml.scores': 'high' }, /scores is no list of numbers/, 'gguf.bad-metadata');
  });
});
