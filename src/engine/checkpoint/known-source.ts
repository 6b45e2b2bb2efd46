import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { formatVersion, parseJson, type SourceFile, sourceFile } from './manifest.ts';
import type { WeightFile } from './weight-file.ts';
import type { WeightLayout } from './weight-layout.ts';

/**
 * Entries of the cache are named by content, so that a changed model never disturbs one in use. A known source says which
 * entry a directory had when it was last seen, which spares digesting gigabytes to find it again.
 */
const knownSource = z.object({
  format: z.literal(formatVersion),
  key: z.string().regex(/^[0-9a-f]{32}$/),
  directory: z.string(),
  sources: z.array(sourceFile),
});
export type KnownSource = z.infer<typeof knownSource>;

export const knownSourcesDirectory = 'sources';

/** The digest that names a cache entry: format version, layout (with dtype and block) and every source's content. */
export function entryKey(layout: WeightLayout, sources: readonly SourceFile[]): string {
  const content = [formatVersion, layout.digest, sources.map(({ name, bytes, sha256 }) => [name, bytes, sha256])];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

export function sourceFiles(files: readonly WeightFile[], digests: readonly string[]): SourceFile[] {
  return files.map(({ name, bytes, modified, headerDigest }, index) => {
    return { name, bytes, modified, headerDigest, sha256: digests[index]! };
  });
}

export type Match = 'same' | 'touched' | 'different';

/** `touched`: names, sizes and headers agree, but a time of modification does not, so only content can tell. */
export function compareSources(known: readonly SourceFile[], files: readonly WeightFile[]): Match {
  if (known.length !== files.length) return 'different';
  let match: Match = 'same';
  for (const [index, file] of files.entries()) {
    const source = known[index]!;
    if (source.name !== file.name || source.bytes !== file.bytes || source.headerDigest !== file.headerDigest) {
      return 'different';
    }
    if (source.modified !== file.modified) match = 'touched';
  }
  return match;
}

export async function readKnownSource(
  cacheDirectory: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
): Promise<KnownSource | undefined> {
  return parseKnownSource(knownSourcePath(cacheDirectory, checkpoint, layout));
}

/** Undefined when absent or not understood; the caller then finds the entry by content. */
export async function parseKnownSource(path: string): Promise<KnownSource | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = knownSource.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

export async function writeKnownSource(
  cacheDirectory: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
  key: string,
  sources: readonly SourceFile[],
): Promise<void> {
  const content: KnownSource = {
    format: formatVersion,
    key,
    directory: checkpoint.directory,
    sources: [...sources],
  };
  await mkdir(join(cacheDirectory, knownSourcesDirectory), { recursive: true });
  await writeFileAtomically(knownSourcePath(cacheDirectory, checkpoint, layout), async (file) => {
    await file.writeFile(JSON.stringify(content));
  });
}

function knownSourcePath(cacheDirectory: string, checkpoint: Checkpoint, layout: WeightLayout): string {
  const identity = createHash('sha256')
    .update(JSON.stringify([checkpoint.directory, layout.digest]))
    .digest('hex')
    .slice(0, 32);
  return join(cacheDirectory, knownSourcesDirectory, `${identity}.json`);
}
