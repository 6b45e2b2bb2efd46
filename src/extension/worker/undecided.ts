import type { DecisionEvent } from '../../session/fix-events.ts';
import { acquireLock } from '../../session/lock.ts';
import { openRecord, recordPath } from '../../session/record.ts';
import { heldFiles, listSessions, type UndoableSession } from '../../session/sessions.ts';
import { openStorage } from '../../session/storage.ts';
import { undoPast } from '../../session/undo.ts';

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
  if (decision === 'undo') return undoPast(storage, id, 'VS Code');
  await using _lock = await acquireLock(storage, { sessionId: id, program: 'VS Code' });
  await using record = await openRecord(recordPath(storage.sessionDirectory(id)));
  await record.append({ kind: 'kept' });
  return { kind: 'kept' };
}
