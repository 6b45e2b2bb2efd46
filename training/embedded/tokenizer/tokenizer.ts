import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byteLevelBytes } from '../../../src/engine/tokenizer/byte-alphabet.ts';
import { learnMerges } from './bpe.ts';

/** How Qwen2 splits text into words before byte-pair encoding: no symbol crosses such a boundary. */
const pattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const specialTokens = { padding: '<|endoftext|>', start: '<|im_start|>', end: '<|im_end|>' } as const;

const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export interface TokenizerOptions {
  /** Number of all tokens: bytes, merges, special tokens and phrases. */
  readonly vocabularySize: number;
  /** Texts that are single tokens wherever they occur: the sentences that every prompt contains. */
  readonly phrases: readonly string[];
  readonly maxPositions: number;
}

export interface TrainedTokenizer {
  /** tokenizer.json */
  readonly definition: unknown;
  /** tokenizer_config.json */
  readonly config: unknown;
  /** Number of rows of the embedding. */
  readonly size: number;
  readonly ids: { readonly padding: number; readonly start: number; readonly end: number };
}

/**
 * A byte-level byte-pair tokenizer in the style of Qwen2, learnt from texts; the same texts give the same tokenizer.
 * @throws RangeError when the vocabulary has no room for the bytes, the special tokens and the phrases
 */
export function trainTokenizer(texts: Iterable<string>, options: TokenizerOptions): TrainedTokenizer {
  const { vocabularySize, phrases, maxPositions } = options;
  const added = [...Object.values(specialTokens), ...phrases];
  const most = vocabularySize - 256 - added.length;
  if (most < 0) throw new RangeError(`A vocabulary of ${vocabularySize} has no room for ${256 + added.length} tokens.`);
  const merges = learnMerges(countWords(texts, phrases), most);
  const vocabulary = new Map<string, number>();
  for (const character of alphabet) vocabulary.set(character, vocabulary.size);
  // Two pairs can give the same symbol, which is one token.
  for (const [left, right] of merges) {
    if (!vocabulary.has(left + right)) vocabulary.set(left + right, vocabulary.size);
  }
  const first = vocabulary.size;
  const addedTokens = added.map((content, index) => ({
    id: first + index,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: index < 3,
  }));
  return {
    definition: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens,
      normalizer: { type: 'NFC' },
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
        ],
      },
      post_processor: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(vocabulary),
        merges,
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      add_bos_token: false,
      add_prefix_space: false,
      bos_token: null,
      eos_token: specialTokens.end,
      pad_token: specialTokens.padding,
      unk_token: null,
      clean_up_tokenization_spaces: false,
      model_max_length: maxPositions,
      added_tokens_decoder: Object.fromEntries(addedTokens.map(({ id, ...token }) => [id, token])),
      chat_template: chatTemplate,
    },
    size: first + added.length,
    ids: { padding: first, start: first + 1, end: first + 2 },
  };
}

export async function writeTokenizer(directory: string, { definition, config }: TrainedTokenizer): Promise<void> {
  await writeFile(join(directory, 'tokenizer.json'), `${JSON.stringify(definition)}\n`);
  await writeFile(join(directory, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** GPT-2's character for every byte, by byte. */
const alphabet: readonly string[] = (() => {
  const characters: string[] = [];
  // Downwards, so that the substitute of a control character comes before the character itself.
  for (let code = 0x143; code >= 0x21; code--) {
    const character = String.fromCharCode(code);
    const bytes = byteLevelBytes(character);
    if (bytes.length === 1) characters[bytes[0]!] ??= character;
  }
  return characters;
})();

function countWords(texts: Iterable<string>, phrases: readonly string[]): Map<string, number> {
  const utf8 = new TextEncoder();
  const words = new RegExp(pattern, 'gu');
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const part of withoutPhrases(text, phrases)) {
      for (const [word] of part.normalize('NFC').matchAll(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const encoded = (word: string): string => Array.from(utf8.encode(word), (byte) => alphabet[byte]!).join('');
  return new Map([...counts].map(([word, count]) => [encoded(word), count]));
}

function withoutPhrases(text: string, phrases: readonly string[]): readonly string[] {
  let parts = [text];
  for (const phrase of [...phrases].sort((a, b) => b.length - a.length)) {
    parts = parts.flatMap((part) => part.split(phrase));
  }
  return parts;
}
