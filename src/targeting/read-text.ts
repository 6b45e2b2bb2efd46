import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { decodeText } from '../files/edits/decode.ts';
import type { TextFile } from '../files/edits/text-file.ts';

/** In bytes; a larger file is too much for a model of any size. */
export const maxTextBytes = 1024 * 1024;

export type ReadText =
  | { readonly kind: 'text'; readonly file: TextFile }
  | { readonly kind: 'not-a-file' | 'binary' }
  | { readonly kind: 'too-large'; readonly bytes: number };

/**
 * @param path its name in errors
 * @param real the file, with links resolved
 * @throws the system's error when it cannot be read
 */
export async function readText(path: string, real: string): Promise<ReadText> {
  // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
  const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return { kind: 'not-a-file' };
    if (stat.size > maxTextBytes) return { kind: 'too-large', bytes: stat.size };
    const file = decodeText(path, await handle.readFile(), stat.mode & 0o777);
    return file ? { kind: 'text', file } : { kind: 'binary' };
  } finally {
    await handle.close();
  }
}
