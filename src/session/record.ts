import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../shared/atomic-file.ts';
import { recordUnwritable } from './errors.ts';
import type { RecordedEvent } from './record-schema.ts';

/** An open record; see record-schema.ts for its format. */
export interface SessionRecord extends AsyncDisposable {
  /**
   * Adds one line. When it resolves, the line survives the death of this process; lines that undoing or resuming depends on
   * also survive a power cut.
   * @throws RetuneError `session.disk-full`, `session.record-unwritable`; the record is then as it was before
   */
  append(event: RecordedEvent): Promise<void>;
  close(): Promise<void>;
}

/** Lines that must not be lost, because later steps depend on them. Syncing takes a millisecond or less. */
const synced: ReadonlySet<RecordedEvent['kind']> = new Set([
  'session',
  'generated',
  'environment',
  'verdict',
  'weights',
  'finished',
  'failed',
  'kept',
  'undone',
]);

/** Maximum length of a line, in bytes. */
const longestLine = 8 * 2 ** 20;

/** Path of a session's record in its directory. */
export function recordPath(sessionDirectory: string): string {
  return join(sessionDirectory, 'record.jsonl');
}

/**
 * Opens a record to append to it; the file and its directory are created if necessary. A line left unfinished by a crash is
 * ended, so that it cannot swallow the next one.
 * @throws RetuneError `session.disk-full`, `session.record-unwritable`
 */
export async function openRecord(path: string): Promise<SessionRecord> {
  const file = await writable(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'a+', 0o600);
  });
  let queue = writable(path, async () => {
    await syncDirectory(dirname(path));
    if (await endsTorn(file)) await file.appendFile('\n');
  });
  await queue;
  const append = async (event: RecordedEvent) => {
    const { size } = await file.stat();
    try {
      await file.appendFile(lineOf(event, Date.now()));
      if (synced.has(event.kind)) await file.datasync();
    } catch (error) {
      // Half a line would later look like damage. If it cannot be cut off, the next start ends it.
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
  };
  const close = async () => {
    await queue;
    await file.close();
  };
  return {
    append(event) {
      const done = queue.then(() => writable(path, () => append(event)));
      queue = done.catch(() => undefined);
      return done;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** One line with its line feed. */
function lineOf(event: RecordedEvent, t: number): string {
  const { kind, ...rest } = event;
  const line = JSON.stringify({ kind, t, ...rest });
  if (Buffer.byteLength(line) < longestLine) return `${line}\n`;
  return `${JSON.stringify({ kind, t, ...rest, cut: true }, cutLong)}\n`;
}

const longestText = 256 * 1024;
const longestList = 2000;

function cutLong(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.length > longestText) {
    return `${value.slice(0, longestText)}… (${value.length - longestText} characters left out)`;
  }
  return Array.isArray(value) && value.length > longestList ? value.slice(0, longestList) : value;
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

async function writable<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw recordUnwritable(path, error);
  }
}
