import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../shared/system-code.ts';
import { pathInside, segmentsInside } from '../edits/path-inside.ts';
import { pathProblems } from '../edits/path-rules.ts';
import { notAFile, pathRefused } from './errors.ts';
import { type PresentState, readPresent } from './file-state.ts';
import type { FileToSave } from './snapshots.ts';

/** One path to be saved, with what is there. */
export interface Entry {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly after: string;
  /** The path itself, with the links among its parents resolved. */
  readonly real: string;
  readonly present: Exclude<PresentState, { readonly kind: 'other' }>;
}

/**
 * A path is one entry; a symbolic link is two, because writing may replace the link or what it points to, and undo has to bring
 * back whichever was changed.
 * @throws RetuneError `checkpoints.path-refused`, `checkpoints.not-a-file`, `checkpoints.file-too-large`
 */
export async function entriesOf(folder: string, files: readonly FileToSave[]): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const { path, after } of files) {
    const inside = await pathInside(folder, path);
    if (inside.kind === 'refused') throw pathRefused(path, folder, pathProblems[inside.problem]);
    const present = await regular(path, inside.absolute);
    if (present.kind === 'link') {
      const target = segmentsInside(folder, inside.real)!.join('/');
      entries.set(target, { path: target, after, real: inside.real, present: await regular(target, inside.real) });
    }
    const real =
      present.kind === 'link' ? join(await realpath(dirname(inside.absolute)), basename(inside.absolute)) : inside.real;
    entries.set(inside.path, { path: inside.path, after, real, present });
  }
  return [...entries.values()];
}

/** @returns the directories above a path that do not exist, relative to the folder, deepest first */
export async function missingDirectories(folder: string, path: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = dirnameOf(path); at !== ''; at = dirnameOf(at)) {
    try {
      await lstat(join(folder, ...at.split('/')));
      break;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      missing.push(at);
    }
  }
  return missing;
}

async function regular(path: string, absolute: string): Promise<Entry['present']> {
  const present = await readPresent(absolute);
  if (present.kind === 'other') throw notAFile(path, present.what);
  return present;
}

function dirnameOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
