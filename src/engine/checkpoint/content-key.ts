import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultCacheDirectory } from './cache.ts';
import type { Checkpoint } from './checkpoint.ts';
import { digestFile } from './convert.ts';
import { compareSources, knownSourcesDirectory, parseKnownSource, sourceFiles } from './known-source.ts';
import type { SourceFile } from './manifest.ts';

/** Digest of a checkpoint's files: what an adapter belongs to, whatever the dtype. 32 hexadecimal digits. */
export function contentKey(sources: readonly Pick<SourceFile, 'name' | 'sha256'>[]): string {
  const hash = createHash('sha256');
  for (const { name, sha256 } of sources) hash.update(`${name}\n${sha256}\n`);
  return hash.digest('hex').slice(0, 32);
}

/**
 * The same for a checkpoint that is not being converted: from what the cache noted when it was, else by reading the files
 * through, which takes seconds for gigabytes.
 */
export async function checkpointKey(
  checkpoint: Checkpoint,
  signal: AbortSignal,
  cacheDirectory = defaultCacheDirectory(),
): Promise<string> {
  const known = join(resolve(cacheDirectory), knownSourcesDirectory);
  for (const name of await readdir(known).catch(() => [])) {
    const source = await parseKnownSource(join(known, name));
    const same =
      source?.directory === checkpoint.directory && compareSources(source.sources, checkpoint.files) === 'same';
    if (source !== undefined && same) return contentKey(source.sources);
  }
  const digests: string[] = [];
  for (const file of checkpoint.files) digests.push(await digestFile(file, signal));
  return contentKey(sourceFiles(checkpoint.files, digests));
}
