import { openCheckpoints } from '../../workspace/checkpoints/checkpoints.ts';
import type { DecisionEvent } from '../../workspace/session/fix-events.ts';
import { acquireLock } from '../../workspace/session/lock.ts';
import { openRecord, recordPath } from '../../workspace/session/record.ts';
import { heldFiles, listSessions, type UndoableSession } from '../../workspace/session/sessions.ts';
import { openStorage } from '../../workspace/session/storage.ts';

/** Sessions of a folder that ended without a decision and whose attempt is still in some files; newest first. */
export async function undecidedSessions(folder: string): Promise<readonly UndoableSession[]> {
  const storage = await openStorage(folder);
  const left: UndoableSession[] = [];
  for (const session of await listSessions(storage)) {
    if (session.state !== 'open' || session.outcome === 'running') continue;
    const files = await heldFiles(storage, session);
    if (files.length > 0) left.push({ session, files });
  }
  return left;
}

/**
 * Decides about a session of the past.
 * @throws RetuneError `session.busy` when another program works on the folder
 */
export async function decideLater(folder: string, id: string, decision: 'keep' | 'undo'): Promise<DecisionEvent> {
  const storage = await openStorage(folder);
  const directory = storage.sessionDirectory(id);
  const lock = await acquireLock(storage, { sessionId: id });
  try {
    const event = decision === 'keep' ? ({ kind: 'kept' } as const) : await undo(storage.folder, directory);
    const record = await openRecord(recordPath(directory));
    try {
      await record.append(event);
    } finally {
      await record.close();
    }
    return event;
  } finally {
    await lock.release();
  }
}

async function undo(folder: string, directory: string): Promise<DecisionEvent> {
  const checkpoints = await openCheckpoints(folder, directory);
  const { restored, removed, kept, failed, notices } = await checkpoints.undo();
  return { kind: 'undone', restored: [...restored, ...removed], kept: [...kept, ...failed], notices };
}
