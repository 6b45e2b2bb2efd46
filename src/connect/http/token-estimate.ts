import type { Prompt } from '../../policy/prompt.ts';

/** Code and English have more bytes per token, other scripts about as many. */
const bytesPerToken = 2.5;
/** What a chat template adds to a message, in tokens. */
const perMessage = 8;

/** Overestimates the number of tokens where it cannot be known, and learns from what a server reports. */
export class TokenEstimate {
  #scale = 1;

  text(text: string): number {
    return Math.ceil(sizeOf(text) * this.#scale);
  }

  prompt(prompt: Prompt): number {
    if ('tokens' in prompt) return prompt.tokens.length;
    if ('text' in prompt) return this.text(prompt.text);
    return prompt.messages.reduce((sum, { content }) => sum + this.text(content) + perMessage, 0);
  }

  /** A prompt had this number of tokens: it is never counted as less again. */
  learn(prompt: Prompt, tokens: number): void {
    if (!('messages' in prompt)) return;
    const size = prompt.messages.reduce((sum, { content }) => sum + sizeOf(content), 0);
    const written = tokens - prompt.messages.length * perMessage;
    if (size > 0) this.#scale = Math.max(this.#scale, written / size);
  }
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text) / bytesPerToken;
}
