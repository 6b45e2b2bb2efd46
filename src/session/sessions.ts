import { readFile, stat } from 'node:fs/promises';
import type { Method, Outcome } from '../agent/events.ts';
import { openSnapshots } from '../files/snapshots/open-snapshots.ts';
import type { FileStatus } from '../files/snapshots/snapshots.ts';
import { codeOf } from '../shared/system-code.ts';
import { lockedBy } from './lock.ts';
import { recordPath } from './record.ts';
import { parseEvent, type TimedEvent } from './record-schema.ts';
import { type Storage, sessionIds } from './storage.ts';

export interface SessionSummary {
  readonly id: string;
  readonly directory: string;
  /** ISO 8601. */
  readonly started: string;
  /** '' when the record is damaged. */
  readonly request: string;
  readonly method: Method | undefined;
  /** Number of turns that were judged. */
  readonly turns: number;
  /**
   * `running`: it holds the lock now. `interrupted`: it ended without saying how. `failed`: an error ended it.
   * `nothing-to-fix`: no test failed. `damaged`: its record cannot be read.
   */
  readonly outcome: Outcome['kind'] | 'running' | 'interrupted' | 'failed' | 'nothing-to-fix' | 'damaged';
  /** What the developer decided; `open` = nothing yet. */
  readonly state: 'kept' | 'undone' | 'open';
  /** Parameters of the model, if the session got that far. */
  readonly modelParameters: number | undefined;
}

/** Lines that a summary is made from. The others, which are long, are not even parsed. */
const summarised = ['session', 'model', 'verdict', 'finished', 'failed', 'nothing-to-fix', 'kept', 'undone', 'resumed'];
const summarisedLine = new RegExp(`^\\{"kind":"(?:${summarised.join('|')})"`);
/** In bytes; a longer record is not read for a list. */
const largestListed = 64 * 2 ** 20;

/** Newest first. A session whose record cannot be read is listed as `damaged`. */
export async function listSessions(storage: Storage): Promise<SessionSummary[]> {
  const running = await lockedBy(storage);
  const ids = await sessionIds(storage);
  return Promise.all(ids.map((id) => summaryOf(storage, id, id === running)));
}

/** A session whose attempt is still in some files, so that undoing it would change something. */
export interface UndoableSession {
  readonly session: SessionSummary;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

/** @returns the newest session that can be undone, decided or not; undefined when no file holds an attempt any more */
export async function latestUndoable(storage: Storage): Promise<UndoableSession | undefined> {
  for (const session of await listSessions(storage)) {
    const files = await heldFiles(storage, session);
    if (files.length > 0) return { session, files };
  }
  return undefined;
}

/** @returns the files that hold an attempt of this session now, relative to the folder */
export async function heldFiles(storage: Storage, session: Pick<SessionSummary, 'directory'>): Promise<string[]> {
  const snapshots = await openSnapshots(storage.folder, session.directory);
  const status: readonly FileStatus[] = await snapshots.status();
  return status.filter(({ state }) => state === 'attempt').map(({ path }) => path);
}

async function summaryOf(storage: Storage, id: string, running: boolean): Promise<SessionSummary> {
  const directory = storage.sessionDirectory(id);
  const events = await summarisedEvents(recordPath(directory));
  const find = <K extends TimedEvent['kind']>(kind: K) =>
    events.findLast((event): event is Extract<TimedEvent, { kind: K }> => event.kind === kind);
  const session = find('session');
  const decided = events.findLast(({ kind }) => kind === 'kept' || kind === 'undone')?.kind;
  const turns = events.reduce((most, event) => (event.kind === 'verdict' ? Math.max(most, event.turn) : most), 0);
  return {
    id,
    directory,
    started: session?.started ?? '',
    request: session?.request ?? '',
    method: session?.method,
    turns,
    outcome: session === undefined ? 'damaged' : outcomeOf(events, running),
    state: decided === 'kept' || decided === 'undone' ? decided : 'open',
    modelParameters: find('model')?.parameters,
  };
}

/** @param events of its record, in order; running: it holds the lock */
export function outcomeOf(events: readonly TimedEvent[], running: boolean): SessionSummary['outcome'] {
  for (const event of events.toReversed()) {
    // The session was resumed after what comes before this line.
    if (event.kind === 'resumed') break;
    if (event.kind === 'finished') return event.outcome.kind;
    if (event.kind === 'failed' || event.kind === 'nothing-to-fix') return event.kind;
  }
  return running ? 'running' : 'interrupted';
}

async function summarisedEvents(path: string): Promise<TimedEvent[]> {
  const lines = (await readBounded(path)).split('\n').filter((line) => summarisedLine.test(line));
  return lines.flatMap((line) => {
    try {
      const read = parseEvent(JSON.parse(line));
      return read !== undefined && 'kind' in read ? [read] : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  });
}

async function readBounded(path: string): Promise<string> {
  try {
    return (await stat(path)).size > largestListed ? '' : await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
