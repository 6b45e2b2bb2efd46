import type { Metadata } from './metadata.ts';
import { endTokens } from './special-tokens.ts';

/** What ends an answer, and the author's sampling defaults, as generation_config.json would have them. */
export function generationObject(metadata: Metadata): Readonly<Record<string, unknown>> {
  const sampling = (key: string) => metadata.number(`general.sampling.${key}`);
  return {
    eos_token_id: endTokens(metadata, metadata.texts('tokenizer.ggml.tokens') ?? []),
    temperature: sampling('temp'),
    top_k: sampling('top_k'),
    top_p: sampling('top_p'),
    min_p: sampling('min_p'),
    repetition_penalty: sampling('penalty_repeat'),
  };
}
