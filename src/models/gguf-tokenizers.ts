import { preTokenizerNamed } from '../engine/gguf/pre-tokenizers.ts';

/** Files of before early 2024 say `default`, which is the tokenizer that their architecture used. */
export function isReadTokenizer(name: string): boolean {
  return name === 'default' || preTokenizerNamed(name) !== undefined;
}
