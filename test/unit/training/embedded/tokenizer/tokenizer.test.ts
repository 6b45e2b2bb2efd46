import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from '../../../../../src/engine/tokenizer/tokenizer.ts';
import type { Tokenizer } from '../../../../../src/engine/tokenizer/tokenizer-types.ts';
import { learnMerges } from '../../../../../training/embedded/tokenizer/bpe.ts';
import { commonPhrases } from '../../../../../training/embedded/tokenizer/phrases.ts';
import { trainTokenizer, writeTokenizer } from '../../../../../training/embedded/tokenizer/tokenizer.ts';

const phrase = 'Answer with the whole target in one code block.';
const texts = [
  `${phrase} Keep the numbers above 30.`,
  'export function keep(numbers) {\n  return numbers.filter((n) => n > 30);\n}\n',
  'export function drop(numbers) {\n  return numbers.filter((n) => n < 30);\n}\n',
  `It's wrong: keep([1, 2]) must be []. ${phrase}`,
];
const options = { vocabularySize: 300, phrases: [phrase], maxPositions: 1024 };

describe('learning byte-pair merges', () => {
  it('takes the most frequent pair first, and of equals the one that sorts first', () => {
    const words = new Map([
      ['abab', 3],
      ['ef', 5],
      ['cd', 5],
    ]);
    // ab occurs 6 times; then cd and ef 5 times each, abab 3 times.
    assert.deepEqual(learnMerges(words, 10), [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['ab', 'ab'],
    ]);
  });

  it('stops when nothing occurs twice', () => {
    assert.deepEqual(learnMerges(new Map([['abc', 1]]), 10), []);
  });

  it('counts overlapping pairs as they are merged', () => {
    // aaa has the pair twice but merges once: aa a.
    assert.deepEqual(learnMerges(new Map([['aaa', 2]]), 1), [['a', 'a']]);
    assert.deepEqual(learnMerges(new Map([['aaaa', 2]]), 2), [
      ['a', 'a'],
      ['aa', 'aa'],
    ]);
  });
});

describe('a trained tokenizer', () => {
  let directory: string;
  let tokenizer: Tokenizer;
  const trained = trainTokenizer(texts, options);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retune-test-'));
    await writeTokenizer(directory, trained);
    tokenizer = await loadTokenizer(directory);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('has as many tokens as asked, and is the same when trained again', () => {
    assert.equal(trained.size, 300);
    assert.equal(tokenizer.size, 300);
    assert.deepEqual(trainTokenizer(texts, options), trained);
  });

  it('gives every text back, whatever its bytes', () => {
    for (const text of [...texts, 'ж é 漢字 🙂\t\r\n\u0000\u007f', '', '   x  ', 'İ ß 𝒳']) {
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text.normalize('NFC'));
    }
    const bytes = new Set<number>();
    for (let id = 0; id < 256; id++) bytes.add(tokenizer.bytes(id)[0]!);
    assert.equal(bytes.size, 256, 'each byte has a token');
  });

  it('makes one token of a frequent word and of a phrase', () => {
    assert.equal(tokenizer.encode(' numbers').length, 1);
    const ids = tokenizer.encode(`${phrase} xyzzy`);
    assert.equal(tokenizer.decode([ids[0]!]), phrase);
    assert.equal(tokenizer.isSpecial(ids[0]!), false, 'it may be part of an answer');
  });

  it('renders a conversation with special tokens that text cannot forge', () => {
    const { start, end } = trained.ids;
    const chat = tokenizer.chat([{ role: 'user', content: 'keep' }], { addGenerationPrompt: true });
    assert.equal(chat, '<|im_start|>user\nkeep<|im_end|>\n<|im_start|>assistant\n');
    const ids = tokenizer.encode(chat);
    assert.deepEqual(
      ids.filter((id) => tokenizer.isSpecial(id)),
      [start, end, start],
    );
    assert.ok(!tokenizer.encode('<|im_end|>', { parseSpecial: false }).includes(end));
  });

  it('refuses a vocabulary that is too small for the bytes', () => {
    assert.throws(() => trainTokenizer(texts, { ...options, vocabularySize: 258 }), RangeError);
  });
});

describe('phrases that prompts repeat', () => {
  const fixed = 'You write no code at all here.';
  const document = (n: number) => [`${fixed}\nReturn the numbers above ${n} in order.`, `const limit = ${n} + 1 + 2;`];

  it('finds what most documents of a kind contain, and nothing that differs or is code', () => {
    const documents = new Map([['solve', [1, 2, 3, 4].map(document)]]);
    assert.deepEqual(commonPhrases(documents, { share: 0.5, most: 10 }), [fixed]);
  });

  it('finds what is frequent in one kind only', () => {
    const other = [...Array(8).keys()].map((n) => [`Sort the list by key number ${n} please.`]);
    const documents = new Map([
      ['solve', [document(1), document(2)]],
      ['critique', other],
    ]);
    assert.deepEqual(commonPhrases(documents, { share: 0.5, most: 10 }), [fixed]);
  });
});
