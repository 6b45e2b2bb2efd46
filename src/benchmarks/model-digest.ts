import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../shared/errors/cancelled.ts';
import { codeOf } from '../shared/system-code.ts';

/** The files that determine a checkpoint's answers: weights, configuration, tokenizer, chat template. */
const counts =
  /^(?:.*\.safetensors(?:\.index\.json)?|config\.json|generation_config\.json|tokenizer.*\.json|.*\.jinja|vocab\.json|merges\.txt)$/;

/**
 * SHA-256 of a checkpoint's files, by name and content; 16 hexadecimal digits. Equal for copies in different directories.
 * @returns undefined when the directory cannot be read here, for example because the model runs on another machine
 */
export async function modelDigest(directory: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const names = (await readdir(directory)).filter((name) => counts.test(name)).sort();
    if (names.length === 0) return undefined;
    for (const name of names) {
      hash.update(`${name}\0`);
      for await (const chunk of createReadStream(join(directory, name))) {
        throwIfCancelled(signal, 'Reading the model');
        hash.update(chunk as Buffer);
      }
    }
  } catch (error) {
    throwIfCancelled(signal, 'Reading the model');
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  return hash.digest('hex').slice(0, 16);
}
