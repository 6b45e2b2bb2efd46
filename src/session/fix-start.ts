import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { promptVersion } from '../agent/prompts/version.ts';
import type { Snapshots } from '../files/snapshots/snapshots.ts';
import { alreadySolved, notResumable } from './errors.ts';
import type { FixEvent, Notice, SessionStart } from './fix-events.ts';
import type { FixOptions } from './fix-options.ts';
import { readRecord } from './read-record.ts';
import { openRecord, recordPath, type SessionRecord } from './record.ts';
import { heldFiles, outcomeOf } from './sessions.ts';
import { makeSessionDirectory, type Storage, sessionIds } from './storage.ts';

/** A session whose record is open. */
export interface OpenedRecord {
  readonly start: SessionStart;
  readonly options: FixOptions;
  /** What was recorded before an interruption. */
  readonly events: readonly FixEvent[];
  readonly notices: readonly Notice[];
  readonly record: SessionRecord;
}

/** Creates the session's directory and writes the first line of its record. */
export async function begin(storage: Storage, id: string, options: FixOptions): Promise<OpenedRecord> {
  const { request, target, testCommand, method = 'rosa2', maxTurns = 5, seed = randomInt(2 ** 32), recorded } = options;
  const start: SessionStart = {
    kind: 'session',
    version: 1,
    id,
    folder: storage.folder,
    request,
    ...(target !== undefined && { target }),
    ...(testCommand !== undefined && { testCommand }),
    method,
    maxTurns,
    seed,
    promptVersion,
    ...(recorded !== undefined && { recorded: true }),
    started: new Date().toISOString(),
  };
  const directory = await makeSessionDirectory(storage, id);
  try {
    const record = await openRecord(recordPath(directory));
    await record.append(start);
    return { start, options, events: [], notices: [], record };
  } catch (error) {
    // Without its first line it would be listed as damaged forever.
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Opens an interrupted session to resume it. Its target is restored first, because every attempt is a change of the original.
 * @throws RetuneError `session.not-resumable`
 */
export async function resume(
  storage: Storage,
  id: string,
  options: FixOptions,
  snapshots: Snapshots,
): Promise<OpenedRecord> {
  const known = await sessionIds(storage);
  if (!known.includes(id)) throw notResumable(id, 'This folder has no such session', known);
  const path = recordPath(storage.sessionDirectory(id));
  const { session, events, notices } = await readRecord(path);
  const end = events.findLast(({ kind }) => kind === 'kept' || kind === 'undone' || kind === 'nothing-to-fix');
  if (end !== undefined) throw notResumable(id, 'It has ended, and its change was kept or undone', known);
  if (session.promptVersion !== promptVersion) {
    throw notResumable(id, 'It was made by a version of Retune with other prompts', known);
  }
  if (outcomeOf(events, false) === 'solved') {
    const files = await heldFiles(storage, { directory: storage.sessionDirectory(id) });
    throw alreadySolved(storage.folder, id, files);
  }
  const { kept, failed } = await snapshots.undo();
  const foreign = [...kept, ...failed].map(({ path }) => path);
  if (foreign.length > 0)
    throw notResumable(id, `${foreign.join(', ')} has been changed by something else since`, known);
  const { t: _, ...start } = session;
  const { request, target, testCommand, method, maxTurns, seed } = start;
  return {
    start,
    options: {
      ...options,
      request,
      method,
      maxTurns,
      seed,
      ...(target !== undefined && { target }),
      ...(testCommand !== undefined && { testCommand }),
    },
    events: events.filter(
      (event): event is typeof event & FixEvent => event.kind !== 'kept' && event.kind !== 'undone',
    ),
    notices: notices.map((message) => ({ message })),
    record: await openRecord(path),
  };
}
