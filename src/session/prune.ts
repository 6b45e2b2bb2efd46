import { rm } from 'node:fs/promises';
import { openSnapshots } from '../files/snapshots/open-snapshots.ts';
import { heldFiles, listSessions, type SessionSummary } from './sessions.ts';
import type { Storage } from './storage.ts';

export interface PruneReport {
  /** Ids of sessions that are gone, with their copies and private refs. */
  readonly deleted: readonly string[];
  /** Sentences about what can no longer be undone, and what was not deleted although it is old. */
  readonly notices: readonly string[];
}

/**
 * Deletes old sessions: those beyond the newest `keep`, and those older than `days`. An undecided one whose attempt is still in
 * a file stays; one that was kept is deleted, with a notice that it can no longer be undone.
 * Only for the holder of the folder's lock.
 */
export async function prune(
  storage: Storage,
  limits: { readonly keep: number; readonly days: number } = { keep: 20, days: 30 },
  now: number = Date.now(),
): Promise<PruneReport> {
  const deleted: string[] = [];
  const notices: string[] = [];
  for (const [index, session] of (await listSessions(storage)).entries()) {
    const old = index >= limits.keep || now - timeOf(session.id) > limits.days * 86_400_000;
    if (!old || session.outcome === 'running') continue;
    const files = await heldFiles(storage, session);
    if (files.length > 0 && session.state === 'open') {
      notices.push(
        `Session ${session.id} is old but was neither kept nor undone, and its attempt is still in ${files.join(', ')}; it is deleted once it is undone, or once these files change.`,
      );
      continue;
    }
    await forget(storage, session);
    deleted.push(session.id);
    if (files.length > 0) {
      notices.push(
        `Session ${session.id} was deleted because it is old; its change of ${files.join(', ')} can no longer be undone.`,
      );
    }
  }
  return { deleted, notices };
}

async function forget(storage: Storage, session: SessionSummary): Promise<void> {
  // The refs first: once the directory is gone, nothing knows where they are.
  await (await openSnapshots(storage.folder, session.directory)).forgetRefs();
  await rm(session.directory, { recursive: true, force: true });
}

/** From `20261120-153012-ab12`, ms since the epoch. */
function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
