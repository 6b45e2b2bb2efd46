import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { dtypes } from '../../policy/dtype.ts';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { ignoreSystemError } from '../../shared/system-code.ts';
import type { Conversion } from './convert.ts';
import { embeddingName, headName } from './expected-tensors.ts';
import { readChunks, withFile } from './safetensors.ts';
import type { WeightLayout } from './weight-layout.ts';
import type { FileRange, PreparedWeights, WeightEntry } from './weights.ts';

/** Raised whenever the bytes of a weights file or the meaning of a manifest change; older entries are then converted again. */
export const formatVersion = 1;
export const weightsFile = 'weights.bin';
export const manifestFile = 'manifest.json';

const size = z.int().nonnegative();
const range = z.object({ offset: size, bytes: size });
const storage = z.union([
  z.object({ kind: z.literal('fp32') }),
  z.object({
    kind: z.literal('quantised'),
    bits: z.literal([4, 8]),
    block: z.literal([16, 32, 64, 128]),
    offsets: z.literal(true).optional(),
  }),
]);

export const sourceFile = z.object({
  name: z.string(),
  bytes: size,
  /** Nanoseconds, decimal. */
  modified: z.string(),
  headerDigest: z.string(),
  sha256: z.string(),
});
export type SourceFile = z.infer<typeof sourceFile>;

const manifest = z.object({
  format: z.literal(formatVersion),
  key: z.string(),
  dtype: z.enum(dtypes),
  block: z.union([z.literal([32, 64, 128]), z.null()]),
  layoutDigest: z.string(),
  sources: z.array(sourceFile),
  weights: z.object({ bytes: size, modified: z.string() }),
  entries: z.record(
    z.string(),
    z.object({
      shape: z.array(size),
      storage,
      data: range,
      scales: range.optional(),
      offsets: range.optional(),
      norm: z.number().nonnegative(),
      /** CRC-32 */
      dataChecksum: size,
      scalesChecksum: size,
      offsetsChecksum: size.optional(),
    }),
  ),
});
/** What lies beside a weights file: where it came from, and the table of its tensors. */
export type Manifest = z.infer<typeof manifest>;

export function makeManifest(
  key: string,
  layout: WeightLayout,
  sources: readonly SourceFile[],
  conversion: Conversion,
  weights: Manifest['weights'],
): Manifest {
  const entries: Manifest['entries'] = {};
  for (const [name, { shape, ...planned }] of layout.entries) {
    entries[name] = { ...planned, shape: [...shape], ...conversion.tensors.get(name)! };
  }
  return {
    format: formatVersion,
    key,
    dtype: layout.dtype,
    block: layout.block,
    layoutDigest: layout.digest,
    sources: [...sources],
    weights,
    entries,
  };
}

export async function writeManifest(directory: string, content: Manifest): Promise<void> {
  await writeFileAtomically(join(directory, manifestFile), async (file) => {
    await file.writeFile(JSON.stringify(content));
  });
}

/** Undefined when there is none, or none that this version understands. */
export async function readManifest(directory: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, manifestFile), 'utf8');
  } catch {
    return undefined;
  }
  const parsed = manifest.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A cache entry, when its manifest is whole, describes exactly this layout, and its weights file is the one it was made with.
 * A weights file with another time of modification (restored, copied) is read through and compared with its checksums.
 */
export async function openEntry(
  directory: string,
  key: string,
  layout: WeightLayout,
): Promise<PreparedWeights | undefined> {
  const found = await readManifest(directory);
  if (found?.key !== key || found.layoutDigest !== layout.digest || !describes(found, layout)) return undefined;
  const modified = await modificationTime(join(directory, weightsFile), found.weights.bytes);
  if (modified === undefined || found.weights.bytes !== layout.bytes) return undefined;
  if (modified !== found.weights.modified) {
    if (!(await checksumsMatch(directory, found))) return undefined;
    // A cache that cannot be written is read through every time, but it can be used.
    await writeManifest(directory, { ...found, weights: { ...found.weights, modified } }).catch(ignoreSystemError);
  }
  const entries = new Map<string, WeightEntry>();
  for (const [name, planned] of layout.entries) entries.set(name, { ...planned, norm: found.entries[name]!.norm });
  // A tied head reads the embedding's bytes.
  if (!entries.has(headName)) entries.set(headName, entries.get(embeddingName)!);
  return { directory, file: weightsFile, entries, key };
}

/** The layout follows from the configuration, so a manifest can be checked against it instead of being believed. */
function describes(found: Manifest, layout: WeightLayout): boolean {
  if (Object.keys(found.entries).length !== layout.entries.size) return false;
  for (const [name, planned] of layout.entries) {
    const entry = found.entries[name];
    if (!entry || !sameRanges(entry, planned)) return false;
  }
  return true;
}

function sameRanges(a: Ranges, b: Ranges): boolean {
  return sameRange(a.data, b.data) && sameRange(a.scales, b.scales) && sameRange(a.offsets, b.offsets);
}

type Ranges = Pick<WeightEntry, 'data'> & { readonly [K in 'scales' | 'offsets']?: FileRange | undefined };

function sameRange(a: FileRange | undefined, b: FileRange | undefined): boolean {
  return a?.offset === b?.offset && a?.bytes === b?.bytes;
}

/** Undefined when the file is absent or has another size. */
async function modificationTime(path: string, bytes: number): Promise<string | undefined> {
  try {
    const status = await stat(path, { bigint: true });
    return Number(status.size) === bytes ? status.mtimeNs.toString() : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the whole weights file and compares every tensor with its checksums. */
async function checksumsMatch(directory: string, { entries }: Manifest): Promise<boolean> {
  const path = join(directory, weightsFile);
  return withFile(path, async (file) => {
    const checksum = async (part: FileRange) => {
      let value = 0;
      for await (const chunk of readChunks(file, path, part)) value = crc32(chunk, value);
      return value;
    };
    for (const entry of Object.values(entries)) {
      if ((await checksum(entry.data)) !== entry.dataChecksum) return false;
      if (entry.scales && (await checksum(entry.scales)) !== entry.scalesChecksum) return false;
      if (entry.offsets && (await checksum(entry.offsets)) !== entry.offsetsChecksum) return false;
    }
    return true;
  });
}
