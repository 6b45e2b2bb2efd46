import { openSnapshots } from '../files/snapshots/open-snapshots.ts';
import type { Snapshots } from '../files/snapshots/snapshots.ts';
import type { DecisionEvent } from './fix-events.ts';
import { acquireLock } from './lock.ts';
import { openRecord, recordPath, type SessionRecord } from './record.ts';
import type { Storage } from './storage.ts';

export type UndoEvent = Extract<DecisionEvent, { readonly kind: 'undone' }>;

/**
 * Undoes a session, or its turns from `toTurn` on. Only a complete undo that left nothing of ours behind is a decision and is
 * recorded; after any other the session stays open, so that the next start still names it.
 */
export async function undoSession(snapshots: Snapshots, record: SessionRecord, toTurn?: number): Promise<UndoEvent> {
  const report = await snapshots.undo({ ...(toTurn !== undefined && { toTurn }) });
  const { restored, removed, kept, failed, notices } = report;
  const event: UndoEvent = { kind: 'undone', restored: [...restored, ...removed], kept: [...kept, ...failed], notices };
  if (toTurn === undefined && failed.length === 0) await record.append(event);
  return event;
}

/**
 * Undoes a session that has ended, under the folder's lock.
 * @param program as in {@link LockOptions}
 * @throws RetuneError `session.busy` when another session works on the folder
 */
export async function undoPast(storage: Storage, id: string, program: string, toTurn?: number): Promise<UndoEvent> {
  await using _lock = await acquireLock(storage, { sessionId: id, program });
  const directory = storage.sessionDirectory(id);
  const snapshots = await openSnapshots(storage.folder, directory);
  await using record = await openRecord(recordPath(directory));
  const undone = await undoSession(snapshots, record, toTurn);
  await snapshots.settled();
  return undone;
}
