import type { Message } from '../../policy/prompt.ts';

export interface Tokenizer {
  /** Ids are in [0, size), where some may be missing. May be smaller than the model's V. */
  readonly size: number;
  /**
   * Adds special tokens (for example Llama's begin-of-text) only when `addSpecial` is set. Special tokens written in the text are
   * recognised unless `parseSpecial` is false.
   */
  encode(text: string, options?: { readonly addSpecial?: boolean; readonly parseSpecial?: boolean }): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /**
   * The raw bytes of one token, for streaming across incomplete UTF-8; empty for special tokens and for ids without a token,
   * which a model may sample because its V is often padded.
   */
  bytes(id: number): Uint8Array;
  isSpecial(id: number): boolean;
  /**
   * Renders a conversation exactly as transformers does.
   * @throws RetuneError `tokenizer.no-chat-template`, `tokenizer.chat-template-failed`
   */
  chat(
    messages: readonly Message[],
    options?: { readonly addGenerationPrompt?: boolean; readonly variables?: Readonly<Record<string, unknown>> },
  ): string;
  /** Whether the checkpoint has a chat template. */
  readonly hasChatTemplate: boolean;
  /** Its template knows of thoughts before the answer. */
  readonly thinks: boolean;
}
