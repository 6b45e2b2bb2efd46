import { dirname } from 'node:path';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { diskState, sameNode } from './disk-state.ts';
import { notAFile, pathRefused, readOnly, rollbackFailed, writeFailed } from './errors.ts';
import {
  asExpected,
  changeMode,
  commit,
  hashOf,
  type PendingChange,
  replacedAsExpected,
  rollBack,
  stage,
  tidy,
} from './file-change.ts';
import { pathInside } from './path-inside.ts';
import { pathProblems } from './path-rules.ts';
import { sha256Of } from './sha256.ts';

export interface FileChange {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** The whole new content; null removes the file. */
  readonly bytes: Uint8Array | null;
  /** SHA-256 (lower-case hexadecimal) of what is there now; null = nothing is. */
  readonly expected: string | null;
  /** Permission bits; absent = as they are, 0o644 for a new file. */
  readonly mode?: number;
}

export type WriteResult =
  | { readonly kind: 'written'; readonly files: readonly { readonly path: string; readonly sha256: string | null }[] }
  /** Someone else has changed files; nothing is written. `found` is null where there is no file. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[]; readonly conflicts: readonly Conflict[] };

interface Conflict {
  readonly path: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/**
 * Writes files of a folder: all of them or none. Everything is checked before the first write. Each file is replaced in
 * one step, so that a reader sees either the old content or the new one. Links inside the folder stay links. A hard link's
 * other names keep the old content.
 * @throws RetuneError `edits.path-refused`, `edits.not-a-file`, `edits.read-only`, `edits.disk-full`,
 * `edits.not-writable`, `edits.write-failed` (nothing is changed then), `edits.rollback-failed`
 */
export async function writeFiles(folder: string, changes: readonly FileChange[]): Promise<WriteResult> {
  const all: PendingChange[] = [];
  for (const change of changes) all.push(await check(folder, change, all));
  const conflicts = all.filter((pending) => !asExpected(pending, pending.state));
  if (conflicts.length > 0) return conflict(conflicts.map(conflictOf));

  const changed = all.filter(({ bytes, expected }) => (bytes === null ? null : sha256Of(bytes)) !== expected);
  try {
    const late = await writeAll(changed);
    if (late) return conflict([late]);
  } finally {
    for (const pending of changed) await tidy(pending);
  }
  for (const pending of all) if (!changed.includes(pending)) await keepMode(pending);
  for (const directory of new Set(changed.map(({ real }) => dirname(real)))) await syncDirectory(directory);
  return {
    kind: 'written',
    files: changes.map(({ path, bytes }) => ({ path, sha256: bytes === null ? null : sha256Of(bytes) })),
  };
}

/**
 * SHA-256 of the file at a path of the folder now.
 * @returns null when there is no file, or the path now leads out of the folder
 */
export async function presentHash(folder: string, path: string): Promise<string | null> {
  const inside = await pathInside(folder, path);
  return inside.kind === 'refused' ? null : hashOf(await reading(path, () => diskState(inside.real)));
}

async function check(folder: string, change: FileChange, earlier: readonly PendingChange[]): Promise<PendingChange> {
  const refuse = (problem: keyof typeof pathProblems) =>
    pathRefused(change.path, folder, problem, pathProblems[problem]);
  const inside = await pathInside(folder, change.path);
  if (inside.kind === 'refused') throw refuse(inside.problem);
  const state = await reading(change.path, () => diskState(inside.real));
  if (state.kind === 'other') throw notAFile(change.path);
  if (state.kind === 'file' && (state.stat.mode & 0o222n) === 0n) throw readOnly(change.path);
  const same = (other: PendingChange) =>
    other.real === inside.real ||
    (state.kind === 'file' && other.state.kind === 'file' && sameNode(state.stat, other.state.stat));
  if (earlier.some(same)) throw refuse('same-file');
  const mode = change.mode ?? (state.kind === 'file' ? Number(state.stat.mode & 0o777n) : 0o644);
  return { ...change, path: inside.path, real: inside.real, state, mode, committed: false };
}

/** @returns a conflict that came up on the way; all files are then as they were */
async function writeAll(changed: readonly PendingChange[]): Promise<Conflict | undefined> {
  for (const pending of changed) await orRollBack(changed, pending, () => stage(pending));
  for (const pending of changed) {
    if (await orRollBack(changed, pending, () => commit(pending))) continue;
    await rollBackAll(changed);
    return conflictOf(pending);
  }
  for (const pending of changed) {
    if (await orRollBack(changed, pending, () => replacedAsExpected(pending))) continue;
    await rollBackAll(changed);
    return conflictOf({ ...pending, state: await diskState(pending.real) });
  }
  return undefined;
}

async function orRollBack<T>(
  changed: readonly PendingChange[],
  pending: PendingChange,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    await rollBackAll(changed);
    throw error instanceof RetuneError ? error : writeFailed(pending.path, error);
  }
}

async function rollBackAll(changed: readonly PendingChange[]): Promise<void> {
  const failed: { path: string; kept: string }[] = [];
  for (const pending of changed.toReversed()) {
    if (!pending.committed) continue;
    try {
      await rollBack(pending);
    } catch {
      failed.push({ path: pending.path, kept: pending.old?.path ?? 'none' });
      // `tidy` must not remove what the developer needs now.
      delete pending.old;
    }
  }
  if (failed.length > 0) throw rollbackFailed(failed);
}

async function keepMode(pending: PendingChange): Promise<void> {
  if (pending.state.kind !== 'file' || Number(pending.state.stat.mode & 0o777n) === pending.mode) return;
  await reading(pending.path, () => changeMode(pending));
}

async function reading<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw writeFailed(path, error);
  }
}

function conflict(conflicts: readonly Conflict[]): WriteResult {
  return { kind: 'conflict', paths: conflicts.map(({ path }) => path), conflicts };
}

function conflictOf({ path, expected, state }: Pick<PendingChange, 'path' | 'expected' | 'state'>): Conflict {
  return { path, expected, found: hashOf(state) };
}
