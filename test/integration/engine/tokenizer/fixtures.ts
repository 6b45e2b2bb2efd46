import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../../../src/policy/prompt.ts';

const root = new URL('../../../fixtures/', import.meta.url);

export const styles = ['qwen', 'llama3', 'llama2'] as const;
export type Style = (typeof styles)[number];

export function fixturePath(path: string): string {
  return fileURLToPath(new URL(path, root));
}

function json<T>(path: string): T {
  return JSON.parse(readFileSync(fixturePath(path), 'utf8')) as T;
}

/** What transformers does with each text; a field that is absent equals the one before it (see test/fixtures/README.md). */
interface TextOracle {
  readonly text: string;
  readonly ids: readonly number[];
  readonly plainIds?: readonly number[];
  readonly decoded?: string;
  readonly skipped?: string;
}

export interface TokenizerOracle {
  readonly size: number;
  readonly special: readonly number[];
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly texts: readonly TextOracle[];
  readonly fragments: readonly { readonly ids: readonly number[]; readonly decoded: string }[];
}

export interface ChatOracle {
  readonly conversation: number;
  readonly addGenerationPrompt: boolean;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly text?: string;
  readonly error?: string;
}

export const tokenizerOracle = (style: Style) => json<TokenizerOracle>(`tokenizers/${style}/oracle.json`);
export const chatOracle = (style: Style) => json<readonly ChatOracle[]>(`tokenizers/${style}/chats.json`);
export const conversations = () => json<readonly (readonly Message[])[]>('tokenizers/conversations.json');
export const strftimeOracle = () =>
  json<readonly { readonly date: string; readonly format: string; readonly text: string }[]>(
    'tokenizers/strftime.json',
  );
/** Added tokens with every flag on top of the qwen tokenizer, and what the reference makes of texts around them. */
export const flagsOracle = () =>
  json<{
    readonly added: readonly Readonly<Record<string, unknown>>[];
    readonly texts: readonly {
      readonly text: string;
      readonly ids: readonly number[];
      readonly plainIds: readonly number[];
    }[];
  }>('tokenizers/flags.json');

/** The llama2 tokenizer with a Metaspace pre-tokenizer in place of its normaliser. */
export const metaspaceOracle = () =>
  json<{
    readonly preTokenizer: unknown;
    readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  }>('tokenizers/metaspace.json');
