import type { Tokenizer } from '../tokenizer/tokenizer-types.ts';

/**
 * Tokens to text. Bytes that may be the beginning of a code point wait for the next token; bytes that cannot become one
 * turn into U+FFFD as TextDecoder has it. Special tokens give no text, nor do ids that the tokenizer lacks.
 */
export class Utf8Stream {
  readonly #tokenizer: Tokenizer;
  // A byte order mark that a model writes is text like any other.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text that became certain with this token, often ''. */
  push(token: number): string {
    return this.#decoder.decode(this.#tokenizer.bytes(token), { stream: true });
  }

  /** What an unfinished code point at the end turns into. */
  end(): string {
    return this.#decoder.decode();
  }
}
