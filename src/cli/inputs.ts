import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Message, Prompt } from '../policy/prompt.ts';
import { messageOf } from '../shared/errors/thrown.ts';
import { inputUnreadable, messagesInvalid, outputOccupied } from './errors.ts';

const Messages = z
  .array(z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), content: z.string() }))
  .min(1, 'the list is empty');

/** The exact text of a file, with its final line end. @throws RetuneError `cli.input-unreadable` */
export function readText(option: string, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    throw inputUnreadable(option, path, error);
  }
}

export function readMessages(path: string): readonly Message[] {
  const text = readText('--messages', path);
  let value: unknown;
  try {
    // Editors on Windows begin files with a byte order mark, which JSON does not allow.
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw messagesInvalid(path, messageOf(error));
  }
  const parsed = Messages.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw messagesInvalid(path, `${issue?.path.length ? `At ${issue.path.join('.')}: ` : ''}${issue?.message}`);
}

/** @param raw encode the text as it is; otherwise it is one user message, which the model's chat template renders */
export function promptFrom(text: string, raw: boolean): Prompt {
  return raw ? { text } : { messages: [{ role: 'user', content: text }] };
}

/** @returns the absolute path of an output directory that is new, empty, or holds an adapter. */
export function checkOutput(directory: string): string {
  const path = resolve(directory);
  if (!existsSync(path)) return path;
  let entries: string[];
  try {
    entries = readdirSync(path);
  } catch (error) {
    throw outputOccupied(path, messageOf(error));
  }
  if (entries.length > 0 && !existsSync(join(path, 'adapter_config.json'))) {
    throw outputOccupied(path, entries.slice(0, 3).join(', '));
  }
  return path;
}
