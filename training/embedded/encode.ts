import type { Tokenizer } from '../../src/engine/tokenizer/tokenizer-types.ts';
import type { EncodedExample } from './batches.ts';
import type { Example } from './example.ts';

/** The tokens that the engine makes of the messages, then the response and the end token; the template adds nothing between. */
function encodeExample(tokenizer: Tokenizer, endToken: number, example: Example): EncodedExample {
  const prompt = tokenizer.encode(tokenizer.chat(example.messages, { addGenerationPrompt: true }));
  return {
    kind: example.kind,
    tokens: [...prompt, ...tokenizer.encode(example.response), endToken],
    prompt: prompt.length,
  };
}

/** Encoded examples that fit into the context. */
export function* encoded(
  tokenizer: Tokenizer,
  endToken: number,
  examples: Iterable<Example>,
  maxPositions: number,
): Generator<EncodedExample> {
  for (const example of examples) {
    const tokens = encodeExample(tokenizer, endToken, example);
    if (tokens.tokens.length <= maxPositions) yield tokens;
  }
}
