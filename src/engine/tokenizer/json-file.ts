import { readRegularText } from '../../shared/regular-file.ts';
import { codeOf } from '../../shared/system-code.ts';
import { tokenizerFileBroken } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a file, or undefined when there is none. @throws RetuneError `tokenizer.broken` when it cannot be read. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw tokenizerFileBroken(path, `Reading it failed: ${String(error)}.`, error);
  }
}

/** The JSON object in a file, or undefined when there is none. @throws RetuneError `tokenizer.broken` when it is something else. */
export async function readObjectIfPresent(path: string): Promise<JsonObject | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (error) {
    const detail = text.trim() === '' ? 'It is empty.' : `It is not valid JSON (truncated?): ${String(error)}.`;
    throw tokenizerFileBroken(path, detail, error);
  }
  if (!isObject(value)) throw tokenizerFileBroken(path, 'It does not hold a JSON object.');
  return value;
}
