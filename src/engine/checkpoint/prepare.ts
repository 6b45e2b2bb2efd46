import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { codeOf, ignoreSystemError } from '../../shared/system-code.ts';
import { installEntry, makeTemporary, removeLeftovers, removeUnfinishedFiles, touchEntry } from './cache.ts';
import { type Checkpoint, quantisedIn } from './checkpoint.ts';
import { cacheNotWritable, diskFilledUp, noSpaceForWeights } from './conversion-errors.ts';
import { convertWeights, digestFile } from './convert.ts';
import { compareSources, entryKey, readKnownSource, sourceFiles, writeKnownSource } from './known-source.ts';
import { makeManifest, openEntry, readManifest, type SourceFile, weightsFile, writeManifest } from './manifest.ts';
import { planWeights, type WeightLayout } from './weight-layout.ts';
import type { PreparedWeights, WeightOptions } from './weights.ts';

export interface PrepareOptions extends WeightOptions {
  readonly cacheDirectory: string;
  /** Fraction of the conversion done, 0 to 1; not called when nothing needs converting. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Converts a checkpoint's weights into the cache, or finds them there: by size, time and header of the source files, and
 * when only times differ (or the model was copied) by content.
 * A damaged entry is replaced; a failed or cancelled conversion leaves nothing behind.
 * @returns with `warm`: whether nothing had to be converted
 * @throws RetuneError `checkpoint.no-space`, `.disk-full`, `.cache-not-writable`, `.non-finite`, `.source-changed`,
 *   `.unsupported-block`, `.block-does-not-divide`, `cancelled`
 */
export async function prepareWeights(
  checkpoint: Checkpoint,
  options: PrepareOptions,
  signal?: AbortSignal,
): Promise<PreparedWeights & { warm: boolean }> {
  throwIfCancelled(signal, 'Preparing the weights');
  const layout = planWeights(checkpoint.config, options, quantisedIn(checkpoint));
  const cacheDirectory = resolve(options.cacheDirectory);
  const known = await findEntry(cacheDirectory, checkpoint, layout, signal);
  if (known) {
    await touchEntry(known.directory);
    await removeUnfinishedFiles(known.directory);
    return { ...known, warm: true };
  }
  try {
    await mkdir(cacheDirectory, { recursive: true });
    await removeLeftovers(cacheDirectory);
    await requireSpace(cacheDirectory, layout.bytes);
    return { ...(await convert(cacheDirectory, checkpoint, layout, options.onProgress, signal)), warm: false };
  } catch (error) {
    throw explainWriteFailure(error, cacheDirectory, layout.bytes);
  }
}

async function findEntry(
  cacheDirectory: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
  signal: AbortSignal | undefined,
): Promise<PreparedWeights | undefined> {
  const source = await readKnownSource(cacheDirectory, checkpoint, layout);
  const match = source ? compareSources(source.sources, checkpoint.files) : 'different';
  if (source && match === 'same') return openEntry(join(cacheDirectory, source.key), source.key, layout);
  if (!(await hasCandidate(cacheDirectory, checkpoint, layout))) return undefined;
  const digests: string[] = [];
  for (const file of checkpoint.files) digests.push(await digestFile(file, signal));
  const sources = sourceFiles(checkpoint.files, digests);
  const key = entryKey(layout, sources);
  const entry = await openEntry(join(cacheDirectory, key), key, layout);
  if (entry) await remember(cacheDirectory, checkpoint, layout, key, sources);
  return entry;
}

/** Whether some entry was made of files with the same names, sizes and headers, so that digesting ours may find it. */
async function hasCandidate(cacheDirectory: string, checkpoint: Checkpoint, layout: WeightLayout): Promise<boolean> {
  const names = await readdir(cacheDirectory).catch(() => []);
  for (const name of names) {
    const found = name.startsWith('.') ? undefined : await readManifest(join(cacheDirectory, name));
    if (found?.layoutDigest === layout.digest && compareSources(found.sources, checkpoint.files) !== 'different') {
      return true;
    }
  }
  return false;
}

async function convert(
  cacheDirectory: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
  onProgress: ((fraction: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<PreparedWeights> {
  const temporary = await makeTemporary(cacheDirectory);
  try {
    const { conversion, modified } = await writeWeights(
      join(temporary, weightsFile),
      checkpoint,
      layout,
      onProgress,
      signal,
    );
    const sources = sourceFiles(checkpoint.files, conversion.sources);
    const key = entryKey(layout, sources);
    const weights = { bytes: layout.bytes, modified };
    await writeManifest(temporary, makeManifest(key, layout, sources, conversion, weights));
    throwIfCancelled(signal, 'Converting the weights');
    const destination = join(cacheDirectory, key);
    const reopen = () => openEntry(destination, key, layout);
    await installEntry(temporary, destination, async () => (await reopen()) !== undefined);
    await syncDirectory(cacheDirectory);
    await remember(cacheDirectory, checkpoint, layout, key, sources);
    const entry = await reopen();
    if (!entry) throw new Error(`${destination} was changed by another program`);
    return entry;
  } finally {
    // Gone already when it became the entry.
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeWeights(
  path: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
  onProgress: ((fraction: number) => void) | undefined,
  signal: AbortSignal | undefined,
) {
  const file = await open(path, 'wx');
  try {
    const conversion = await convertWeights(checkpoint, layout, file, onProgress, signal);
    await file.sync();
    const { mtimeNs } = await file.stat({ bigint: true });
    return { conversion, modified: mtimeNs.toString() };
  } finally {
    await file.close();
  }
}

/** What is in a cache that can no longer be written can still be used. */
async function remember(
  cacheDirectory: string,
  checkpoint: Checkpoint,
  layout: WeightLayout,
  key: string,
  sources: readonly SourceFile[],
): Promise<void> {
  await writeKnownSource(cacheDirectory, checkpoint, layout, key, sources).catch(ignoreSystemError);
}

/** For the manifest, the known source and the blocks of the file system. */
const spareBytes = 4 * 1024 * 1024;

async function requireSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(directory);
  const free = bavail * bsize;
  // Some network file systems do not report it.
  if (blocks > 0 && free < bytes + spareBytes) throw noSpaceForWeights(directory, bytes + spareBytes, free);
}

/** The system's errors in the user's terms; others pass. */
export function explainWriteFailure(error: unknown, directory: string, bytes: number): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return diskFilledUp(directory, bytes, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOENT':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'EIO':
      return cacheNotWritable(directory, error);
    default:
      return error;
  }
}
