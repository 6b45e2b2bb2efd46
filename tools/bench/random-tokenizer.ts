import { Random } from './random.ts';

/**
 * A byte-level BPE vocabulary as large as Qwen2.5's, so that reading the tokenizer takes as long as the real one:
 * 256 bytes, then one token per merge of two earlier tokens, then the special tokens.
 */
export interface Vocabulary {
  /** Token strings by id, without the specials. */
  readonly tokens: readonly string[];
  /** "left right", by rank. */
  readonly merges: readonly string[];
  /** Ids from tokens.length on. */
  readonly specials: readonly string[];
}

const ordinaryTokens = 151_643;
const specialTokens = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  ...Array.from({ length: 19 }, (_, i) => `<|reserved_${i}|>`),
];
export const endOfText = ordinaryTokens;
export const endOfTurn = ordinaryTokens + 2;

/** The printable stand-ins that byte-level BPE uses for the 256 bytes, in GPT-2's order of ids. */
function byteCharacters(): string[] {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
  const bytes = Array.from({ length: 256 }, (_, b) => b);
  const shown = bytes.filter(printable).map((b) => String.fromCharCode(b));
  const shifted = bytes.filter((b) => !printable(b)).map((_, i) => String.fromCharCode(256 + i));
  return [...shown, ...shifted];
}

export function randomVocabulary(size = ordinaryTokens, seed = 7): Vocabulary {
  const random = new Random(seed);
  const tokens = byteCharacters();
  const merges: string[] = [];
  const known = new Set(tokens);
  while (tokens.length < size) {
    const left = tokens[random.integer(tokens.length)] as string;
    const right = tokens[random.integer(Math.min(tokens.length, 4096))] as string;
    const joined = left + right;
    if (joined.length > 16 || known.has(joined)) continue;
    known.add(joined);
    tokens.push(joined);
    merges.push(`${left} ${right}`);
  }
  return { tokens, merges, specials: specialTokens };
}

/** tokenizer.json in the layout of Qwen2.5's. */
export function tokenizerJson({ tokens, merges, specials }: Vocabulary): unknown {
  const pattern =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, i) => ({
      id: tokens.length + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }, byteLevel],
    },
    post_processor: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

export const tokenizerConfig = {
  tokenizer_class: 'Qwen2Tokenizer',
  add_prefix_space: false,
  clean_up_tokenization_spaces: false,
  errors: 'replace',
  bos_token: null,
  eos_token: '<|im_end|>',
  pad_token: '<|endoftext|>',
  unk_token: null,
  split_special_tokens: false,
  chat_template:
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
} as const;
