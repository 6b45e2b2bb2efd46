import type { Metadata } from './metadata.ts';

/** Tokens with a part of their own: by the keys of the metadata, and by the names that they have in use. */

/** By the name that chat templates and transformers have for it. */
const keys: Readonly<Record<string, string>> = {
  bos_token: 'tokenizer.ggml.bos_token_id',
  eos_token: 'tokenizer.ggml.eos_token_id',
  unk_token: 'tokenizer.ggml.unknown_token_id',
  // Spelled like this in the format.
  sep_token: 'tokenizer.ggml.seperator_token_id',
  pad_token: 'tokenizer.ggml.padding_token_id',
  mask_token: 'tokenizer.ggml.mask_token_id',
};

/** @returns `bos_token`, `eos_token` … where the file names one that exists */
export function namedTokens(metadata: Metadata, tokens: readonly string[]): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  for (const [name, key] of Object.entries(keys)) {
    const text = tokens[metadata.size(key) ?? -1];
    if (text) named.set(name, text);
  }
  return named;
}

/** Whatever the file says of them, these end an answer. */
const endings = new Set([
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<｜end▁of▁sentence｜>',
]);

/** Ids of the tokens that end an answer, in ascending order. */
export function endTokens(metadata: Metadata, tokens: readonly string[]): readonly number[] {
  const named = ['eos', 'eot', 'eom'].map((name) => metadata.size(`tokenizer.ggml.${name}_token_id`));
  const ids = new Set(named.filter((id) => id !== undefined && id < tokens.length));
  for (const [id, token] of tokens.entries()) if (endings.has(token)) ids.add(id);
  return [...ids].filter((id) => id !== undefined).sort((a, b) => a - b);
}
