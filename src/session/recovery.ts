import { cleanTemporaries } from '../files/edits/temporaries.ts';
import { openSnapshots } from '../files/snapshots/open-snapshots.ts';
import { runCommand } from '../shared/errors/actions.ts';
import type { Notice } from './fix-events.ts';
import { heldFiles, listSessions, type SessionSummary } from './sessions.ts';
import type { Storage } from './storage.ts';

export interface RecoveryReport {
  /** Sessions without a decision whose attempt is still in some files; newest first. */
  readonly open: readonly { readonly session: SessionSummary; readonly files: readonly string[] }[];
  /** Temporary files of interrupted writes that were removed, absolute. */
  readonly cleaned: readonly string[];
  /** The open sessions, for the developer. */
  readonly notices: readonly Notice[];
}

/**
 * Finds what sessions that ended early left behind. Removes temporary files of our own writes; changes nothing else without
 * being asked. Only for the holder of the folder's lock.
 * @param options except: id of a session that is about to be resumed, or has just begun
 */
export async function recover(storage: Storage, options: { readonly except?: string } = {}): Promise<RecoveryReport> {
  const open: { session: SessionSummary; files: string[] }[] = [];
  const cleaned = new Set<string>();
  for (const session of await listSessions(storage)) {
    const snapshots = await openSnapshots(storage.folder, session.directory);
    for (const path of await cleanTemporaries(storage.folder, await snapshots.savedPaths())) cleaned.add(path);
    if (session.state !== 'open' || session.id === options.except) continue;
    const files = await heldFiles(storage, session);
    if (files.length > 0) open.push({ session, files });
  }
  return { open, cleaned: [...cleaned], notices: open.map((left) => notice(storage.folder, left)) };
}

const ended: Readonly<Record<SessionSummary['outcome'], string>> = {
  solved: 'made the tests pass',
  'turn-limit': 'used up its turns',
  'no-progress': 'made no progress',
  blocked: 'could not continue',
  stopped: 'was stopped',
  running: 'was interrupted',
  interrupted: 'was interrupted',
  failed: 'ended with an error',
  'nothing-to-fix': 'found nothing to fix',
  damaged: 'has a damaged record',
};

function notice(folder: string, { session, files }: RecoveryReport['open'][number]): Notice {
  const what = session.request === '' ? '' : ` (“${shortened(session.request)}”)`;
  return {
    message: `Session ${session.id}${what} ${ended[session.outcome]}, and its attempt is still in ${files.join(', ')}. Undo it to restore what was there before.`,
    actions: [runCommand('undo', { args: [session.id], folder })],
  };
}

function shortened(request: string): string {
  const line = request.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
