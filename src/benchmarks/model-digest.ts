import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../shared/errors/cancelled.ts';
import { codeOf } from '../shared/system-code.ts';

/** The files that determine a checkpoint's answers: weights, configuration, tokenizer, chat template. */
const counts =
  /^(?:.*\.safetensors(?:\.index\.json)?|.*\.gguf|config\.json|generation_config\.json|tokenizer.*\.json|.*\.jinja|vocab\.json|merges\.txt)$/;

/**
 * SHA-256 of a checkpoint's files, by name and content, or of the content of a model that is one file; 16 hexadecimal digits.
 * Equal for copies in different directories.
 * @returns undefined when the model cannot be read here, for example because it runs on another machine
 */
export async function modelDigest(model: string, signal: AbortSignal): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    if ((await stat(model)).isFile()) await digestFile(hash, model, signal);
    else if (!(await digestDirectory(hash, model, signal))) return undefined;
  } catch (error) {
    throwIfCancelled(signal, 'Reading the model');
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
  return hash.digest('hex').slice(0, 16);
}

/** @returns whether there was anything in it */
async function digestDirectory(hash: Hash, directory: string, signal: AbortSignal): Promise<boolean> {
  const names = (await readdir(directory)).filter((name) => counts.test(name)).sort();
  for (const name of names) {
    hash.update(`${name}\0`);
    await digestFile(hash, join(directory, name), signal);
  }
  return names.length > 0;
}

async function digestFile(hash: Hash, path: string, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path)) {
    throwIfCancelled(signal, 'Reading the model');
    hash.update(chunk as Buffer);
  }
}
