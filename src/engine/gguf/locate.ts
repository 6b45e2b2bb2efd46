import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { severalGgufModels } from './errors.ts';
import { isLaterPart } from './parts.ts';

/**
 * The GGUF file that a path means: the path itself, by its name or its first bytes (the files of Ollama's store have no
 * ending), or the only model in a directory that is none in Hugging Face's layout. Undefined when it means something else.
 * @throws RetuneError `gguf.several-models`
 */
export async function locateGguf(path: string): Promise<string | undefined> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isFile()) return isGgufName(path) || (await beginsLikeGguf(path)) ? path : undefined;
  if (!status?.isDirectory()) return undefined;
  const names = await readdir(path).catch((): string[] => []);
  if (names.includes('config.json')) return undefined;
  const models = names.filter((name) => isGgufName(name) && !isLaterPart(name) && !/^mmproj/i.test(name));
  if (models.length > 1) throw severalGgufModels(path, models);
  return models[0] === undefined ? undefined : join(path, models[0]);
}

function isGgufName(name: string): boolean {
  return /\.gguf$/i.test(name);
}

async function beginsLikeGguf(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'GGUF';
  } finally {
    await file.close();
  }
}
