import { readFile, stat } from 'node:fs/promises';
import { codeOf } from '../shared/system-code.ts';
import { recordUnreadable } from './errors.ts';
import type { SessionStart } from './fix-events.ts';
import { parseEvent, type TimedEvent } from './record-schema.ts';

export interface ReadRecord {
  readonly session: SessionStart & { readonly t: number };
  /** Everything after the session's own line, in order; lines that cannot be used are left out. */
  readonly events: readonly TimedEvent[];
  /** Sentences about lines that were left out. */
  readonly notices: readonly string[];
}

/** In bytes. A record may come from a damaged disk or from a stranger's bug report; the bound keeps it from filling memory. */
const largestRecord = 256 * 2 ** 20;
/** Maximum number of damaged lines named one by one. */
const namedLines = 3;

/**
 * Reads the intact lines of a record. The file is not changed.
 * @throws RetuneError `session.record-unreadable` when there is no such file, or it does not begin with the line of a session
 */
export async function readRecord(path: string): Promise<ReadRecord> {
  const lines = await linesOf(path);
  const events: TimedEvent[] = [];
  const damaged: string[] = [];
  const notices: string[] = [];
  for (const [index, line] of lines.entries()) {
    const read = parseLine(line);
    if (read === undefined) continue;
    const last = index === lines.length - 1;
    if ('kind' in read) events.push(read);
    else if (last)
      notices.push(`The last line of ${path} was not finished (a crash while it was being written) and is left out.`);
    else damaged.push(`line ${index + 1} (${read.problem})`);
  }
  if (damaged.length > 0) notices.push(damageNotice(path, damaged));
  const [session, ...rest] = events;
  if (session?.kind !== 'session') throw recordUnreadable(path, noSession(lines[0]));
  return { session, events: rest, notices };
}

async function linesOf(path: string): Promise<string[]> {
  try {
    const { size } = await stat(path);
    if (size > largestRecord) throw recordUnreadable(path, `It has ${size} bytes; the limit is ${largestRecord}`);
    const lines = (await readFile(path, 'utf8')).split('\n');
    // After the last line feed there is a torn line, or nothing.
    if (lines.at(-1) === '') lines.pop();
    return lines;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') throw recordUnreadable(path, 'There is no such file', error);
    if (code === 'EISDIR') throw recordUnreadable(path, 'It is a directory', error);
    if (code === 'EACCES' || code === 'EPERM') throw recordUnreadable(path, 'Reading it is not allowed', error);
    throw error;
  }
}

function parseLine(line: string): ReturnType<typeof parseEvent> {
  // An empty line closes off a torn one.
  if (line.trim() === '') return undefined;
  try {
    return parseEvent(JSON.parse(line));
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'it is not JSON' };
    throw error;
  }
}

function noSession(first: string | undefined): string {
  const read = first === undefined ? undefined : parseLine(first);
  if (read !== undefined && !('kind' in read) && /"version":(?!1\b)\d/.test(first ?? '')) {
    return 'It was written by another version of Retune, in a format that this one does not know';
  }
  return 'Its first line does not describe a session';
}

function damageNotice(path: string, damaged: readonly string[]): string {
  const named = damaged.slice(0, namedLines).join(', ');
  const more = damaged.length > namedLines ? ` and ${damaged.length - namedLines} more` : '';
  return `Of ${path}, ${named}${more} cannot be read and ${damaged.length === 1 ? 'is' : 'are'} left out.`;
}
