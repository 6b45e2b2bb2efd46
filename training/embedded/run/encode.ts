import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizer-types.ts';
import type { Example } from '../examples/example.ts';
import type { EncodedExample } from './batches.ts';

/** The engine's tokens of the messages, then the response and the end token; the template adds nothing in between. */
function encodeExample(tokenizer: Tokenizer, endToken: number, example: Example): EncodedExample {
  const prompt = tokenizer.encode(tokenizer.chat(example.messages, { addGenerationPrompt: true }));
  return {
    kind: example.kind,
    tokens: [...prompt, ...tokenizer.encode(example.response), endToken],
    prompt: prompt.length,
  };
}

/** The encoded examples that fit into the context. */
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
