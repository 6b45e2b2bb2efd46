import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../shared/system-code.ts';
import { lockLost, sessionBusy, storageUnusable } from './errors.ts';
import {
  beat,
  type Holder,
  highestSlot,
  lastBeat,
  prepareSlot,
  readHolder,
  releasedPath,
  removeBelow,
  type Slot,
  silence,
  takeSlot,
} from './lock-slots.ts';
import { liveness, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import type { Storage } from './storage.ts';

/** The right to work on a workspace folder. Given back by `release`, and when the process exits or dies. */
export interface Lock extends AsyncDisposable {
  readonly sessionId: string;
  /** @throws RetuneError `session.lock-lost` when another session has taken over */
  assertHeld(): Promise<void>;
  release(): Promise<void>;
}

const defaultHeartbeatMs = 5000;
/** Number of missed heartbeats after which a holder in another thread of this process is presumed dead. */
const missedBeats = 3;

/** Slots that this thread holds. Other threads of this process have sets of their own. */
const mine = new Set<string>();

/** `folder`: what is locked; `directory`: where the lock is kept. */
export type LockPlace = Pick<Storage, 'folder' | 'directory'>;

export interface LockOptions {
  readonly sessionId: string;
  /** The program that holds the lock, as named to the developer of another session: `retune fix`, `VS Code`. */
  readonly program?: string;
  /** Interval between two heartbeats of the holder, in ms. Default: 5 s. */
  readonly heartbeatMs?: number;
  /**
   * Silence in ms after which a holder is presumed dead when nothing else can be known about it; one in another thread of this
   * process sooner. Default: 1 minute.
   */
  readonly deadAfterMs?: number;
}

/**
 * Takes the lock on a workspace folder. It works between programs, and between machines that share the state folder.
 * @throws RetuneError `session.busy` with the other session; `session.storage-unusable`
 */
export async function acquireLock(storage: LockPlace, options: LockOptions): Promise<Lock> {
  const { directory, folder } = storage;
  const { heartbeatMs = defaultHeartbeatMs, deadAfterMs = 60_000 } = options;
  const holder: Holder = {
    session: options.sessionId,
    program: options.program ?? 'retune',
    since: new Date().toISOString(),
    ...(await ownIdentity()),
  };
  const prepared = await usable(directory, () => prepareSlot(directory, holder));
  try {
    for (;;) {
      const highest = await highestSlot(directory);
      const busy = highest && (await livingHolder(prepared, highest, holder, { heartbeatMs, deadAfterMs }));
      if (busy) throw sessionBusy({ ...facts(busy), folder, sameHost: busy.host === holder.host });
      const slot = await usable(directory, () => takeSlot(directory, prepared, (highest?.number ?? 0) + 1));
      if (slot === undefined) continue;
      if ((await highestSlot(directory))?.number === slot.number)
        return await held(storage, slot, options.sessionId, heartbeatMs);
      // Others took the lock meanwhile; the slot that we took is an old one.
      await rm(slot.directory, { recursive: true, force: true });
      return await acquireLock(storage, options);
    }
  } finally {
    await rm(prepared, { recursive: true, force: true });
  }
}

/** @returns the id of the session that works on the folder now, if there is one */
export async function lockedBy(storage: LockPlace): Promise<string | undefined> {
  const highest = await highestSlot(storage.directory);
  const holder = highest && (await readHolder(highest));
  if (holder === undefined || holder === 'released') return undefined;
  if (mine.has(highest!.directory)) return holder.session;
  const over = sameProcess(holder, await ownIdentity())
    ? Date.now() - (await lastBeat(highest!)) >= missedBeats * defaultHeartbeatMs
    : (await liveness(holder)) === 'gone';
  return over ? undefined : holder.session;
}

async function held(storage: LockPlace, slot: Slot, sessionId: string, heartbeatMs: number): Promise<Lock> {
  await removeBelow(storage.directory, slot);
  let released = false;
  mine.add(slot.directory);
  const giveBack = () => {
    if (released) return;
    released = true;
    mine.delete(slot.directory);
    clearInterval(timer);
    process.off('exit', giveBack);
    try {
      // Synchronous, because an exiting process does nothing else.
      writeFileSync(releasedPath(slot), '');
    } catch (error) {
      // The storage is gone, and the lock with it; or it is read-only now, and the next start sees that this process has ended.
      if (!['ENOENT', 'EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')) throw error;
    }
  };
  const timer = setInterval(() => {
    // A failed heartbeat is a missed one; only a minute without any has a meaning.
    beat(slot.directory).catch(() => undefined);
  }, heartbeatMs);
  timer.unref();
  process.on('exit', giveBack);
  const release = async () => giveBack();
  return {
    sessionId,
    release,
    [Symbol.asyncDispose]: release,
    async assertHeld() {
      const highest = await highestSlot(storage.directory);
      if (released || highest?.number !== slot.number) throw lockLost(storage.folder, sessionId);
    },
  };
}

/** @returns undefined when the next slot may be taken */
async function livingHolder(
  prepared: string,
  slot: Slot,
  own: ProcessIdentity,
  { heartbeatMs, deadAfterMs }: Required<Pick<LockOptions, 'heartbeatMs' | 'deadAfterMs'>>,
): Promise<Holder | undefined> {
  const holder = await readHolder(slot);
  if (holder === undefined || holder === 'released') return undefined;
  if (mine.has(slot.directory)) return holder;
  // A thread of this process may have died (out of memory) although the process lives, so only its heartbeat can tell. Threads
  // sleep and wake together, so a few missed heartbeats mean more than those of another machine.
  const thread = sameProcess(holder, own);
  const state = thread ? 'unknown' : await liveness(holder);
  if (state !== 'unknown') return state === 'alive' ? holder : undefined;
  const deadAfter = thread ? Math.min(deadAfterMs, missedBeats * heartbeatMs) : deadAfterMs;
  if ((await silence(prepared, slot)) < deadAfter) return holder;
  // A machine that has just woken up was silent too; if the holder lives, its heartbeat comes now.
  await delay(2 * heartbeatMs);
  return (await silence(prepared, slot)) < deadAfter ? holder : undefined;
}

function sameProcess(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return a.host === b.host && a.pid === b.pid && a.startTime === b.startTime;
}

function facts({ session, program, since, pid, host }: Holder) {
  return { session, program, since, pid, host: host.split(' ', 1)[0] ?? hostname() };
}

async function usable<T>(directory: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw storageUnusable(directory, error);
  }
}
