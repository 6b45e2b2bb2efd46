import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { isRunning } from '../../shared/process/is-running.ts';
import { codeOf } from '../../shared/system-code.ts';

/**
 * Replacing a whole directory. A write works in a hidden directory of its own beside the destination,
 *
 *     .<name>.retune-<process>-<random>/next/      what is being written
 *     .<name>.retune-<process>-<random>/previous/  the destination, from the first of two renames on
 *
 * so that nothing that bears another's name is ever touched. Both at once: the write was interrupted between the renames.
 */

const next = 'next';
const previous = 'previous';
/** Age, in ms, that no write reaches; what is older was left by a process whose number another process has now. */
const abandonedMs = 60 * 60 * 1000;
/** Maximum time, in ms, between the two renames of a process that is running. */
const settleMs = 200;

export interface Swap {
  readonly directory: string;
  readonly work: string;
  readonly next: string;
  readonly previous: string;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Where the directory really is or would be made: a symbolic link stays one, and what it names is replaced. */
export async function located(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    // Whoever uses it reports what is wrong with it.
    if (codeOf(error) !== 'ENOENT') return absolute;
    const link = await readlink(absolute).catch(() => undefined);
    return link === undefined ? absolute : located(resolve(dirname(absolute), link));
  }
}

/** Makes an empty `next` for the directory, which must be {@link located}. */
export async function beginSwap(directory: string): Promise<Swap> {
  await mkdir(dirname(directory), { recursive: true });
  const work = `${prefix(directory)}${process.pid}-${randomBytes(6).toString('hex')}`;
  await mkdir(work, { mode: 0o700 });
  await mkdir(join(work, next));
  return { directory, work, next: join(work, next), previous: join(work, previous) };
}

/** Removes what the swap left, but never a predecessor that could not be put back. */
export async function endSwap(swap: Swap, done: boolean): Promise<void> {
  if (!done && (await exists(swap.previous))) return;
  // The destination is as it should be; a later write tries again.
  await rm(swap.work, { recursive: true, force: true }).catch(() => undefined);
}

/** Restores what a process that ended between the two renames had moved away. */
export async function recoverDirectory(destination: string): Promise<void> {
  const directory = await located(destination);
  if (await exists(directory)) return;
  for (const { path, pid } of await works(directory)) {
    if (!(await isInterrupted(path))) continue;
    if (isRunning(pid)) await wait(settleMs);
    if (await exists(directory)) return;
    await rename(join(path, previous), directory);
    await syncDirectory(dirname(directory));
  }
}

/** Removes what was left by processes killed while they were writing; failures are left for the next time. */
export async function removeAbandonedSwaps(directory: string): Promise<void> {
  for (const { path, pid } of await works(directory)) {
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (isRunning(pid) && Date.now() - modified < abandonedMs) continue;
    // The destination was created again, so that this is the only copy of what was there before.
    if (await isInterrupted(path)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

const prefix = (directory: string) => join(dirname(directory), `.${basename(directory)}.retune-`);

/** Directories of swaps, by their names and by holding nothing else. */
async function works(directory: string): Promise<{ readonly path: string; readonly pid: number }[]> {
  const start = basename(prefix(directory));
  const found: { path: string; pid: number }[] = [];
  for (const name of await readdir(dirname(directory)).catch(() => [])) {
    const match = name.startsWith(start) ? /^(\d+)-[0-9a-f]{12}$/.exec(name.slice(start.length)) : null;
    if (match === null) continue;
    const path = join(dirname(directory), name);
    const inside = await readdir(path).catch(() => undefined);
    if (inside?.every((each) => each === next || each === previous)) found.push({ path, pid: Number(match[1]) });
  }
  return found;
}

async function isInterrupted(work: string): Promise<boolean> {
  return (await exists(join(work, next))) && (await exists(join(work, previous)));
}
