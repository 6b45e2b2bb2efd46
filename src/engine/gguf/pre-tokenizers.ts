import type { JsonObject } from '../tokenizer/json-file.ts';

/**
 * How text is cut into words before byte pairs are merged. A GGUF file only names it (`tokenizer.ggml.pre`); the rules are
 * those in the models' own tokenizer.json.
 */
export interface PreTokenizer {
  /** Components of tokenizer.json; the last maps bytes to characters. */
  readonly steps: readonly JsonObject[];
  readonly normalizer: JsonObject | null;
  /** Whether a word that is in the vocabulary is one token, whatever the merges say. */
  readonly ignoreMerges: boolean;
  /** Whether begin-of-text goes before raw text when the file does not say. */
  readonly addBos: boolean;
}

const byteLevel = (words: boolean): JsonObject => {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: words };
};
const split = (pattern: string): JsonObject => {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
};
const digits: JsonObject = { type: 'Digits', individual_digits: true };

const plain = { normalizer: null, ignoreMerges: false, addBos: false };
const ofPatterns = (...patterns: readonly string[]): PreTokenizer => {
  return { ...plain, steps: [...patterns.map(split), byteLevel(false)] };
};

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const lower = '\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}';
const upper = '\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}';
/** Words with at most one letter-less character before them; `suffix`: what they may end in. */
const casedWords = (suffix: string) =>
  `[^\\r\\n\\p{L}\\p{N}]?[${upper}]*[${lower}]+${suffix}|[^\\r\\n\\p{L}\\p{N}]?[${upper}]+[${lower}]*${suffix}`;
const spaces = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
/** `digits`: how many make a word. */
const words = (digits: string) =>
  `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${spaces}`;
const markedWords = `${contractions}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${spaces}`;
const chineseAndJapanese = '[一-龥\\u3040-ゟ゠-ヿ]+';
const chineseToKorean = '[一-龥ࠀ-一가-\\ud7ff]+';
const punctuated = `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${spaces}`;

const gpt2: PreTokenizer = { ...plain, steps: [byteLevel(true)] };
const singleDigits: PreTokenizer = { ...plain, steps: [digits, byteLevel(true)] };
const llama3: PreTokenizer = { ...ofPatterns(words('{1,3}')), ignoreMerges: true, addBos: true };
const qwen2 = ofPatterns(words(''));
const nfc: JsonObject = { type: 'NFC' };

const kinds: readonly { readonly names: readonly string[]; readonly is: PreTokenizer }[] = [
  { names: ['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'exaone4', 'trillion', 'mellum', 'granite-docling'], is: gpt2 },
  {
    names: ['starcoder', 'refact', 'command-r', 'smollm', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    is: singleDigits,
  },
  { names: ['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'], is: llama3 },
  { names: ['dbrx', 'smaug-bpe', 'glm4', 'chatglm-bpe'], is: ofPatterns(words('{1,3}')) },
  { names: ['qwen2', 'megrez'], is: { ...qwen2, normalizer: nfc } },
  { names: ['deepseek-r1-qwen', 'stablelm2', 'hunyuan', 'solar-open'], is: qwen2 },
  { names: ['qwen35'], is: { ...ofPatterns(markedWords), normalizer: nfc } },
  {
    names: ['tekken'],
    is: {
      ...ofPatterns(`${casedWords('')}|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`),
      ignoreMerges: true,
      addBos: true,
    },
  },
  {
    names: ['gpt-4o', 'llama4', 'kanana2'],
    is: ofPatterns(`${casedWords(`${contractions}?`)}|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${spaces}`),
  },
  {
    names: ['deepseek-coder'],
    is: {
      ...plain,
      steps: [...['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', chineseToKorean].map(split), digits, byteLevel(false)],
    },
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm'],
    is: ofPatterns('\\p{N}{1,3}', chineseAndJapanese, punctuated),
  },
];

const known = new Map(kinds.flatMap(({ names, is }) => names.map((name) => [name, is] as const)));

/** Undefined for a name that is not known here. */
export function preTokenizerNamed(name: string): PreTokenizer | undefined {
  return known.get(name);
}

export const preTokenizerNames: readonly string[] = [...known.keys()];

/** From this size on, a vocabulary of the Llama family is Llama 3's. */
const llama3Vocabulary = 128_000;

/** The name that files converted before early 2024 lack: what the models of their architecture used. */
export function usualPreTokenizer(architecture: string, vocabularySize: number): string {
  if (architecture.startsWith('qwen')) return 'qwen2';
  return vocabularySize >= llama3Vocabulary ? 'llama-bpe' : 'gpt-2';
}
