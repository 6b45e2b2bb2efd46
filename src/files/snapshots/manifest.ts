import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import { codeOf } from '../../shared/system-code.ts';
import { sha256Of } from '../edits/sha256.ts';
import { snapshotDamaged } from './errors.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const mode = z.int().min(0).max(0o7777);
const fileState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('file'), sha256: digest, bytes: z.int().min(0), mode }),
  z.object({ kind: z.literal('link'), to: z.string().max(4096), sha256: digest }),
]);

const savedFile = z.object({
  /** Relative to the folder, with `/`. */
  path: z.string().max(4096),
  before: fileState,
  /** SHA-256 of what was to be written next. */
  after: digest,
  /** What a complete undo brings back: the newest state that is not ours. */
  restore: fileState,
  /** Every content of ours that this file may hold, of all turns so far and `after`. */
  ours: z.array(digest).max(10_000),
  /** Directories that did not exist, relative to the folder, deepest first. */
  made: z.array(z.string().max(4096)).max(1000),
  /** The repository in which `before` was to be stored too, and `REF:PATH` there. */
  git: z.object({ top: z.string().max(4096), object: z.string().max(10_000) }).exactOptional(),
});

const manifest = z.object({
  turn: z.int().min(0),
  /** ms since the epoch. */
  saved: z.number(),
  files: z.array(savedFile).max(10_000),
  refs: z.array(z.object({ top: z.string().max(4096), ref: z.string().max(1000) })).max(1000),
});

export type SavedFile = z.infer<typeof savedFile>;
export type Manifest = z.infer<typeof manifest>;

const envelope = z.object({
  format: z.literal('retune-checkpoint'),
  version: z.literal(1),
  sha256: digest,
  body: z.unknown(),
});

/**
 * Writes snapshot number `number` of a session, completely or not at all, durably. Each snapshot carries what undo needs to
 * know about its files from all earlier ones, so that a damaged one does not affect the others.
 */
export async function writeManifest(directory: string, number: number, body: Manifest): Promise<void> {
  const sha256 = sha256Of(Buffer.from(JSON.stringify(body)));
  const text = JSON.stringify({ format: 'retune-checkpoint', version: 1, sha256, body }, null, 1);
  await writeFileAtomically(join(directory, fileName(number)), async (file) => {
    await file.chmod(0o600);
    await writeFully(file, Buffer.from(`${text}\n`), 0);
  });
}

export interface Manifests {
  /** Oldest first. */
  readonly all: readonly Manifest[];
  /** The number of the next one. */
  readonly next: number;
  /** Sentences about damaged ones, which were set aside. */
  readonly notices: readonly string[];
}

/** Reads all snapshots of a session; none where the directory does not exist. Damaged ones are set aside. */
export async function readManifests(directory: string): Promise<Manifests> {
  const all: Manifest[] = [];
  const notices: string[] = [];
  let next = 1;
  for (const name of (await namesIn(directory)).sort()) {
    const number = /^(\d{6})\.json(?:\.damaged)?$/.exec(name)?.[1];
    if (number === undefined) continue;
    next = Number(number) + 1;
    if (name.endsWith('.damaged')) continue;
    const path = join(directory, name);
    const read = parse(await readFile(path, 'utf8'));
    if (typeof read === 'object') all.push(read);
    else notices.push(snapshotDamaged(path, read, await setAside(path)).message);
  }
  return { all, next, notices };
}

/** @returns the manifest, or in words what is wrong with it */
function parse(text: string): Manifest | string {
  try {
    const outer = envelope.safeParse(JSON.parse(text));
    if (!outer.success) return 'It is not a snapshot of a version that this Retune knows';
    if (sha256Of(Buffer.from(JSON.stringify(outer.data.body))) !== outer.data.sha256) return 'Its checksum is wrong';
    const body = manifest.safeParse(outer.data.body);
    return body.success ? body.data : 'It has fields that no snapshot has';
  } catch (error) {
    if (error instanceof SyntaxError) return 'It is not valid JSON';
    throw error;
  }
}

/** @returns the new path, or undefined where the storage cannot be written. */
async function setAside(path: string): Promise<string | undefined> {
  try {
    await rename(path, `${path}.damaged`);
    return `${path}.damaged`;
  } catch {
    return undefined;
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function fileName(number: number): string {
  return `${String(number).padStart(6, '0')}.json`;
}
