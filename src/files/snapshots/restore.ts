import { rename, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { systemSays } from '../../shared/errors/thrown.ts';
import { codeOf } from '../../shared/system-code.ts';
import { diskState } from '../edits/disk-state.ts';
import { pathInside } from '../edits/path-inside.ts';
import { pathProblems } from '../edits/path-rules.ts';
import { sha256Of } from '../edits/sha256.ts';
import { temporaryBeside } from '../edits/temporaries.ts';
import { writeFiles } from '../edits/write.ts';
import { type FileState, type PresentState, readPresent } from './file-state.ts';
import { type FileHistory, ownership } from './history.ts';
import type { SnapshotStore } from './store.ts';

/** What became of one file. */
export type RestoreOutcome =
  | { readonly kind: 'restored' | 'removed' | 'unchanged' }
  /** It holds someone else's content; `why` says what it is. */
  | { readonly kind: 'kept'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Brings one file back in one step: at every instant it is either as before or as wanted. */
export async function restoreFile(store: SnapshotStore, history: FileHistory): Promise<RestoreOutcome> {
  try {
    const inside = await pathInside(store.folder, history.path);
    // A path that leads out of the folder now was not made by us.
    if (inside.kind === 'refused') return { kind: 'kept', why: `${pathProblems[inside.problem]} now` };
    const present = await readPresent(inside.absolute);
    const whose = ownership(history, present);
    if (whose === 'wanted') {
      // A crash may have come after the directories and before the file, or between the two on the way back.
      if (present.kind === 'absent') await removeEmpty(store.folder, history.made);
      return { kind: 'unchanged' };
    }
    if (whose === 'changed' || present.kind !== 'file') return { kind: 'kept', why: described(present) };
    return await replace(store, history, inside.absolute, present.sha256);
  } catch (error) {
    return { kind: 'failed', why: error instanceof RetuneError ? `${error.why} ${error.remedy}` : systemSays(error) };
  }
}

async function replace(
  store: SnapshotStore,
  { path, wanted, made, git }: FileHistory,
  absolute: string,
  expected: string,
): Promise<RestoreOutcome> {
  if (wanted.kind === 'link') return replaceByLink(absolute, wanted.to, expected);
  const bytes = wanted.kind === 'file' ? await content(store, wanted, git) : null;
  if (bytes === undefined) return { kind: 'failed', why: 'The copy of its earlier content is damaged or gone.' };
  const mode = wanted.kind === 'file' ? { mode: wanted.mode } : {};
  const result = await writeFiles(store.folder, [{ path, bytes, expected, ...mode }]);
  if (result.kind === 'conflict') return { kind: 'kept', why: 'it was changed just now' };
  if (bytes !== null) return { kind: 'restored' };
  await removeEmpty(store.folder, made);
  return { kind: 'removed' };
}

/** The copy in storage, or else the object in git; either only if it is what was saved. */
async function content(
  { copies, inGit }: SnapshotStore,
  { sha256 }: Extract<FileState, { readonly kind: 'file' }>,
  git: FileHistory['git'],
): Promise<Uint8Array | undefined> {
  const copy = await copies.get(sha256);
  if (copy !== undefined) return copy;
  const object = git.get(sha256);
  const bytes = object && (await inGit.read(object.top, object.object));
  return bytes !== undefined && sha256Of(bytes) === sha256 ? bytes : undefined;
}

async function replaceByLink(absolute: string, to: string, expected: string): Promise<RestoreOutcome> {
  const temporary = temporaryBeside(absolute, 'new');
  await symlink(to, temporary);
  try {
    const now = await diskState(absolute);
    if (now.kind !== 'file' || now.sha256 !== expected) {
      return { kind: 'kept', why: 'it was changed just now' };
    }
    await rename(temporary, absolute);
    return { kind: 'restored' };
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Directories that were created for an attempt are removed when they are empty. */
async function removeEmpty(folder: string, made: readonly string[]): Promise<void> {
  for (const directory of made) {
    try {
      await rmdir(join(folder, ...directory.split('/')));
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
    }
  }
}

function described(present: PresentState): string {
  if (present.kind === 'absent') return 'it was removed';
  if (present.kind === 'link') return `it is a symbolic link to ${present.to} now`;
  if (present.kind === 'other') return `it is ${present.what} now`;
  return 'it was changed since the attempt';
}
