export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
}

/**
 * Exactly one of: chat messages (rendered by the model's own template), raw text, or exact tokens. After messages the
 * assistant's answer may be begun with a prefix, which the model then continues.
 */
export type Prompt =
  | { readonly messages: readonly Message[]; readonly prefix?: string }
  | { readonly text: string }
  | { readonly tokens: readonly number[] };
