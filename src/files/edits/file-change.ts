import { linkSync, renameSync, unlinkSync } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../../shared/system-code.ts';
import { type DiskState, diskState, sameFile, statIfThere } from './disk-state.ts';
import { sha256Of } from './sha256.ts';
import { temporaryBeside } from './temporaries.ts';

/** One file of a change, from the first check until it is written or rolled back. */
export interface PendingChange {
  readonly path: string;
  readonly real: string;
  /** null removes the file. */
  readonly bytes: Uint8Array | null;
  /** null: nothing should be there. */
  readonly expected: string | null;
  readonly mode: number;
  /** As checked; refreshed by `stage`. */
  state: DiskState;
  /** The outermost of the folders that had to be created. */
  made?: string | undefined;
  /** Path of the new content, complete and synced. */
  fresh?: string;
  /** The old content: a second name of the same file (`linked`), or a copy where the file system does not support links. */
  old?: { readonly path: string; readonly linked: boolean };
  committed: boolean;
}

/** Whether the path holds what the caller expects. */
export function asExpected(pending: Pick<PendingChange, 'expected'>, state: DiskState): boolean {
  return state.kind === 'absent' ? pending.expected === null : hashOf(state) === pending.expected;
}

export function hashOf(state: DiskState): string | null {
  return state.kind === 'file' ? state.sha256 : null;
}

/** Writes the temporary files. The file itself is not touched, except that it may get a second name. */
export async function stage(pending: PendingChange): Promise<void> {
  const { real, bytes, state } = pending;
  if (bytes !== null) {
    if (state.kind === 'absent') pending.made = await mkdir(dirname(real), { recursive: true });
    pending.fresh = temporaryBeside(real, 'new');
    const file = await open(pending.fresh, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      if (state.kind === 'file') await keepOwner(file, state.stat);
      await file.chmod(pending.mode);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  if (state.kind !== 'file') return;
  const old = temporaryBeside(real, 'old');
  try {
    const linked = (await mayRemoveLinks(real, state.stat)) && (await isLinked(real, old));
    pending.old = { path: old, linked };
    if (!linked) await copyFile(real, old);
  } catch (error) {
    // It has just been removed, which the commit will see.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  // The link has changed the file's ctime.
  pending.state = await diskState(real);
}

/** False where the file system does not support links, or this user may not link to this file. */
async function isLinked(real: string, old: string): Promise<boolean> {
  try {
    await link(real, old);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error;
    return false;
  }
}

/** In a sticky folder such as /tmp everybody may link to a file, but only its owner may remove the link again. */
async function mayRemoveLinks(real: string, file: { readonly uid: bigint }): Promise<boolean> {
  const user = process.geteuid?.();
  if (user === undefined || user === 0 || Number(file.uid) === user) return true;
  const folder = await stat(dirname(real));
  return (folder.mode & 0o1000) === 0 || folder.uid === user;
}

async function keepOwner(
  file: { chown(uid: number, gid: number): Promise<void> },
  stat: { readonly uid: bigint; readonly gid: bigint },
): Promise<void> {
  if (process.platform === 'win32') return;
  if (Number(stat.uid) === process.geteuid?.() && Number(stat.gid) === process.getegid?.()) return;
  try {
    await file.chown(Number(stat.uid), Number(stat.gid));
  } catch (error) {
    // Only root may give files away; as in editors, other users become the owner of what they replace.
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** On Windows a virus scanner or an indexer may hold a file open for a moment: waits before another try, in ms. */
const retriesMs = process.platform === 'win32' ? [5, 20, 50, 100, 200, 400] : [];

/**
 * Puts the new content in place. Between the last check and the rename there are only two consecutive system calls.
 * @returns false when the path no longer holds what was checked; nothing is changed then
 */
export async function commit(pending: PendingChange): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    if (pending.state.kind === 'other' || !asExpected(pending, pending.state)) return false;
    try {
      if (commitNow(pending)) {
        pending.committed = true;
        return true;
      }
      // Touched, but perhaps not changed: check again. A file that never rests is a conflict.
      if (attempt > 8) return false;
    } catch (error) {
      const code = codeOf(error) ?? '';
      const wait = retriesMs[attempt];
      if (wait === undefined || !['EPERM', 'EACCES', 'EBUSY'].includes(code)) throw error;
      await delay(wait);
    }
    pending.state = await diskState(pending.real);
  }
}

function commitNow({ real, fresh, state }: PendingChange): boolean {
  if (state.kind === 'absent') return fresh === undefined || createdWithoutReplacing(fresh, real);
  const now = statIfThere(real);
  if (now === undefined || state.kind !== 'file' || !sameFile(now, state.stat)) return false;
  if (fresh !== undefined) renameSync(fresh, real);
  else unlinkSync(real);
  return true;
}

/** Unlike a rename, a link never replaces what someone has just put there. */
function createdWithoutReplacing(fresh: string, real: string): boolean {
  try {
    linkSync(fresh, real);
  } catch {
    // It exists, or the file system does not support links; in the latter case a rename has to do.
    if (statIfThere(real) !== undefined) return false;
    renameSync(fresh, real);
    return true;
  }
  unlinkSync(fresh);
  return true;
}

/**
 * Whether the content that was replaced is still the expected one: someone who had the file open may have written to it
 * between the check and the rename.
 */
export async function replacedAsExpected(pending: PendingChange): Promise<boolean> {
  return !pending.old?.linked || asExpected(pending, await diskState(pending.old.path));
}

/** Takes a committed change back, unless someone has changed the file since. */
export async function rollBack(pending: PendingChange): Promise<void> {
  const { real, bytes, old } = pending;
  const now = await diskState(real);
  const ours = now.kind === 'absent' ? bytes === null : bytes !== null && hashOf(now) === sha256Of(bytes);
  if (!ours) return;
  if (old !== undefined) renameSync(old.path, real);
  else if (now.kind === 'file') unlinkSync(real);
  pending.committed = false;
}

/** Removes the temporary files, whatever has happened. */
export async function tidy(pending: PendingChange): Promise<void> {
  for (const path of [pending.fresh, pending.old?.path]) {
    try {
      if (path !== undefined) await unlink(path);
    } catch {
      // It has become the file itself, or cannot be removed now; `cleanTemporaries` finds it later.
    }
  }
  if (pending.made !== undefined && !pending.committed) await removeEmptyFolders(dirname(pending.real), pending.made);
}

async function removeEmptyFolders(innermost: string, outermost: string): Promise<void> {
  for (let folder = innermost; folder.length >= outermost.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return; // Someone has put something into it.
    }
  }
}

export async function changeMode(pending: PendingChange): Promise<void> {
  await chmod(pending.real, pending.mode);
}
