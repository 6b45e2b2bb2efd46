import { redacted } from './redact.ts';
import { truncated } from './truncate.ts';

/**
 * Text from tests, models, comments and files on its way into a prompt. It is data there, so nothing in it may look like the
 * prompt's own structure to the model.
 */

/** Control sequences of terminals; all other control characters except line feed and tab, and invisible characters. */
const escapeSequence =
  /(?:\u001B\[|\u009B)[0-?]{0,64}[ -/]{0,8}[@-~]|\u001B\][^\u0007\u001B\u009C]{0,4096}(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]{0,4}[0-~]?/g;
const invisible =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g;

/**
 * What has a meaning to chat templates, tokenizers and our own prompts: `<|…|>` of every family, `<s>`, `[INST]`, `<<SYS>>`,
 * Gemma's turns, thinking, tools and the tags around our instruction.
 */
const special =
  /<(?=[|｜])|<(?=\/?(?:s|bos|eos|pad|unk|mask|start_of_turn|end_of_turn|start_of_image|fim_\w{1,20}|begin_of_\w{1,20}|end_of_\w{1,20}|think|thinking|thought|reasoning|tool_call|tool_response|tools|instruction|system|user|assistant|human|turn)>)|<(?=<\/?SYS>>)|\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|THINK|UNUSED_TOKEN_\d{1,5})\])/gi;

export interface DataOptions {
  /** Maximum number of UTF-16 code units of the result. Default 4000. */
  readonly limit?: number;
  /** What to keep of a longer text. Default: both ends. */
  readonly keep?: 'start' | 'both';
}

/** Bounded text without control characters, tokens of chat templates, secrets and absolute paths. Idempotent. */
export function asData(text: string, { limit = 4000, keep = 'both' }: DataOptions = {}): string {
  // A far too long text is cut twice: first so that little is searched, then to the limit, because breaking tokens lengthens
  // it.
  const bounded = truncated(text, Math.max(4 * limit, 4096), keep);
  return truncated(breakTokens(redacted(plainText(bounded))), limit, keep);
}

/** Line feeds only; no control characters, no control sequences, nothing invisible. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(escapeSequence, '').replace(invisible, '').toWellFormed();
}

/** Puts a space into every token, so that neither a tokenizer nor a template recognises it, but people can still read it. */
export function breakTokens(text: string): string {
  return text.replace(special, (mark) => `${mark} `);
}

/** One line: line ends and runs of white space become one space each. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Data between fences longer than any inside it, so that it cannot end them.
 * @param language the fence's tag; '' = none.
 */
export function fencedData(text: string, language = ''): string {
  let longest = 2;
  for (const [ticks] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, ticks.length);
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n+$/, '')}\n${fence}`;
}
