import { createHash, randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { syncDirectory, writeFileAtomically, writeFully } from '../shared/atomic-file.ts';
import { stateRoot } from '../shared/state-root.ts';
import { codeOf } from '../shared/system-code.ts';
import { storageUnusable } from './errors.ts';

/**
 * Where Retune keeps what belongs to one workspace folder, readable by the user only:
 *
 *     <state root>/workspaces/<key>/workspace.json       names the folder
 *     <state root>/workspaces/<key>/lock-<n>/            who is working on it (lock.ts)
 *     <state root>/workspaces/<key>/sessions/<id>/record.jsonl
 *     <state root>/workspaces/<key>/sessions/<id>/checkpoints/
 */
export interface Storage {
  /** The workspace folder, absolute, symlinks resolved. */
  readonly folder: string;
  readonly key: string;
  readonly directory: string;
  /** Directories of sessions, by id. */
  readonly sessions: string;
  sessionDirectory(id: string): string;
}

/** Session ids begin with the time in UTC, so that they sort by age. */
const sessionIdPattern = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/**
 * @param root default: {@link stateRoot}
 * @throws RetuneError `session.storage-unusable`
 */
export async function openStorage(folder: string, root: string = stateRoot()): Promise<Storage> {
  const real = await realpath(folder);
  const key = workspaceKey(real);
  const directory = join(root, 'workspaces', key);
  const sessions = join(directory, 'sessions');
  const storage: Storage = { folder: real, key, directory, sessions, sessionDirectory: (id) => join(sessions, id) };
  try {
    await mkdir(storage.sessions, { recursive: true, mode: 0o700 });
    await nameWorkspace(storage);
  } catch (error) {
    throw storageUnusable(directory, error);
  }
  return storage;
}

/**
 * A name for a workspace folder: readable, and the same by whatever path the folder is reached.
 * Letters, digits and `-` only, at most 50 characters.
 */
export function workspaceKey(folder: string): string {
  const real = realpathSync.native(folder);
  // The case of a drive letter or a folder is not part of its identity on Windows.
  const identity = process.platform === 'win32' ? real.toLowerCase() : real;
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const readable = basename(real)
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-|-$/g, '');
  return `${readable === '' ? 'workspace' : readable}-${digest}`;
}

/** For example `20261120-153012-ab12`. */
export function newSessionId(now: Date = new Date()): string {
  const [date, time] = now
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .split('T');
  return `${date}-${time}-${randomBytes(2).toString('hex')}`;
}

function isSessionId(name: string): boolean {
  return sessionIdPattern.test(name);
}

/**
 * Creates the directory of a session if it does not exist.
 * @throws RetuneError `session.storage-unusable`
 */
export async function makeSessionDirectory(storage: Storage, id: string): Promise<string> {
  const directory = storage.sessionDirectory(id);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await syncDirectory(storage.sessions);
  } catch (error) {
    throw storageUnusable(directory, error);
  }
  return directory;
}

/** Newest first. */
export async function sessionIds(storage: Storage): Promise<string[]> {
  return (await readdir(storage.sessions)).filter(isSessionId).sort().reverse();
}

/** Notes the folder's path, for people who look into the state folder. */
async function nameWorkspace({ directory, folder }: Storage): Promise<void> {
  const path = join(directory, 'workspace.json');
  try {
    await stat(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await writeFileAtomically(path, async (file) => {
      await file.chmod(0o600);
      await writeFully(file, Buffer.from(`${JSON.stringify({ folder })}\n`), 0);
    });
  }
}
