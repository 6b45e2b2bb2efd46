import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { codeOf } from '../shared/system-code.ts';

/**
 * Numbered directories `lock-000001`, `lock-000002`, … of which the highest says who holds the lock:
 *
 * - To take the lock, a prepared directory is renamed to the next number, which fails when somebody else has just done so.
 * Unlike
 *   removing a stale lock file and creating a new one, this cannot remove a lock that was taken in between.
 * - The highest is never removed, only marked as released, so a number once seen as stale never becomes free again: a slow
 *   process that takes a number below the highest notices, and gives it back.
 */
const holderSchema = z.object({
  session: z.string().max(200),
  program: z.string().max(200),
  /** ISO 8601. */
  since: z.string().max(100),
  pid: z.int(),
  host: z.string().max(1000),
  startTime: z.string().max(200),
});
export type Holder = z.infer<typeof holderSchema>;

export interface Slot {
  readonly number: number;
  readonly directory: string;
}

const slotName = /^lock-(\d{6,9})$/;
const temporaryName = /^lock-new-/;

/** @returns the highest slot, or undefined when the lock was never taken */
export async function highestSlot(directory: string): Promise<Slot | undefined> {
  const numbers = (await readdir(directory)).flatMap((name) => slotName.exec(name)?.[1] ?? []);
  if (numbers.length === 0) return undefined;
  return slot(directory, Math.max(...numbers.map(Number)));
}

/** @returns 'released', or undefined when its content cannot be read, because the holder crashed while taking it */
export async function readHolder({ directory }: Slot): Promise<Holder | 'released' | undefined> {
  if ((await modified(join(directory, 'released'))) !== undefined) return 'released';
  try {
    const parsed = holderSchema.safeParse(JSON.parse(await readFile(holderPath(directory), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** @returns a prepared directory, which becomes a slot by being renamed */
export async function prepareSlot(directory: string, holder: Holder): Promise<string> {
  const prepared = join(directory, `lock-new-${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(prepared, { mode: 0o700 });
  await writeFile(holderPath(prepared), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  await beat(prepared);
  return prepared;
}

/** @returns undefined when somebody else has this number */
export async function takeSlot(directory: string, prepared: string, number: number): Promise<Slot | undefined> {
  const taken = slot(directory, number);
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(prepared, taken.directory);
      return taken;
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return undefined;
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(code) || process.platform !== 'win32') throw error;
      if ((await modified(taken.directory)) !== undefined) return undefined;
      // A virus scanner may hold what was just written for a moment.
      if (attempt > 10) throw error;
      await delay(20);
    }
  }
}

/** Removes the slots below one that is held, and those that crashed processes had prepared. */
export async function removeBelow(directory: string, { number }: Slot): Promise<void> {
  const now = await modified(heartbeatPath(slot(directory, number).directory));
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const lower = Number(slotName.exec(name)?.[1] ?? Number.POSITIVE_INFINITY) < number;
    const abandoned =
      temporaryName.test(name) && (now ?? 0) - ((await modified(path)) ?? Number.POSITIVE_INFINITY) > 60_000;
    if (lower || abandoned) await removeIfPossible(path);
  }
}

/** What cannot be removed now, because a slow process is just writing to it, is removed the next time. */
async function removeIfPossible(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '')) {
      throw error;
    }
  }
}

export async function beat(directory: string): Promise<void> {
  await writeFile(heartbeatPath(directory), '.', { mode: 0o600 });
}

/**
 * Time since the last heartbeat, in ms. Both times are the file system's, so the clocks of two machines need not agree.
 * @param own a directory whose heartbeat was written just now
 */
export async function silence(own: string, other: Slot): Promise<number> {
  await beat(own);
  const now = await modified(heartbeatPath(own));
  return (now ?? 0) - (await lastBeat(other));
}

/** In ms since the epoch, by the file system's clock; 0 when nothing is left. */
export async function lastBeat({ directory }: Slot): Promise<number> {
  return (await modified(heartbeatPath(directory))) ?? (await modified(directory)) ?? 0;
}

export function releasedPath({ directory }: Slot): string {
  return join(directory, 'released');
}

function slot(directory: string, number: number): Slot {
  return { number, directory: join(directory, `lock-${String(number).padStart(6, '0')}`) };
}

function holderPath(directory: string): string {
  return join(directory, 'holder.json');
}

function heartbeatPath(directory: string): string {
  return join(directory, 'heartbeat');
}

async function modified(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
