export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
}

/** Exactly one of: chat messages (rendered by the model's own template), raw text, or exact tokens. */
export type Prompt =
  | { readonly messages: readonly Message[] }
  | { readonly text: string }
  | { readonly tokens: readonly number[] };
