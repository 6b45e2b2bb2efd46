import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../shared/errors/thrown.ts';
import { codeOf } from '../shared/system-code.ts';
import { resultsDamaged, resultsDiffer, resultsNotOurs } from './errors.ts';
import { line, type ResultEntry, type ResultLine, Results, type RunHeader } from './results.ts';

export const resultsFile = 'sessions.jsonl';

/** The results file of a run. */
export class ResultStore {
  readonly results: Results;
  readonly #file: FileHandle;

  private constructor(results: Results, file: FileHandle) {
    this.results = results;
    this.#file = file;
  }

  /**
   * Begins a results file in a directory, or continues the one that is there. An unfinished last line is cut off, and what it was
   * about is done again.
   * @throws RetuneError `replay.record-differs` when it is of another run, `replay.record-damaged`, `replay.record-not-ours`
   */
  static async open(directory: string, wanted: RunHeader): Promise<ResultStore> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, resultsFile);
    const { header, results, length } = await readLines(path);
    if (header !== undefined) {
      const different = differences(header, wanted);
      if (different.length > 0) throw resultsDiffer(path, different);
    }
    // Not 'a': the unfinished line must be cut off first, and Windows does not truncate a file that is opened for appending.
    const file = await open(path, header === undefined ? 'w' : 'r+');
    try {
      await file.truncate(length);
      const store = new ResultStore(results, file);
      store.#at = length;
      if (header === undefined) await store.#write(wanted);
      return store;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reads a results file without changing it. */
  static async read(directory: string): Promise<{ readonly header: RunHeader; readonly results: Results }> {
    const path = join(directory, resultsFile);
    const { header, results } = await readLines(path);
    if (header === undefined) throw resultsNotOurs(path, 'it is missing or empty');
    return { header, results };
  }

  #at = 0;
  #writing: Promise<void> = Promise.resolve();

  /** Whole lines in the order of the calls. */
  append(line: ResultEntry): Promise<void> {
    this.results.add(line);
    return this.#write(line);
  }

  #write(line: ResultLine): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#at);
        done += bytesWritten;
        this.#at += bytesWritten;
      }
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    try {
      await this.#writing;
    } finally {
      await this.#file.close();
    }
  }
}

/** @returns `length`: bytes of the whole lines. */
async function readLines(
  path: string,
): Promise<{ readonly header?: RunHeader; readonly results: Results; readonly length: number }> {
  const results = new Results();
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { results, length: 0 };
    throw resultsNotOurs(path, messageOf(error));
  }
  const length = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
  let header: RunHeader | undefined;
  for (const [index, text] of lines.entries()) {
    const read = parsed(text);
    if (index === 0) {
      if (typeof read === 'string' || read.kind !== 'run') throw resultsNotOurs(path, 'its first line is not a header');
      header = read;
    } else if (typeof read === 'string' || read.kind === 'run') {
      throw resultsDamaged(path, index + 1, typeof read === 'string' ? read : 'a second header');
    } else results.add(read);
  }
  // Only an unfinished header lacks a line end; any other file that is not a results file must not be overwritten.
  if (header === undefined && !beginsHeader(bytes)) throw resultsNotOurs(path, 'its first line is not a header');
  return { ...(header !== undefined && { header }), results, length };
}

const headerBegins = Buffer.from('{"kind":"run"');

function beginsHeader(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, headerBegins.length);
  return bytes.subarray(0, length).equals(headerBegins.subarray(0, length));
}

function parsed(text: string): ResultLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return messageOf(error);
  }
  const result = line.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `${issue?.path.join('.')}: ${issue?.message}`;
}

/** Names of what differs, with both values: `settings.maxTurns (5, now 10)`. */
function differences(was: object, is: object, prefix = ''): string[] {
  const [a, b] = [was as Record<string, unknown>, is as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    const [old, now] = [a[key], b[key]];
    if (isDeepStrictEqual(old, now)) return [];
    if (isObject(old) && isObject(now)) return differences(old, now, `${prefix}${key}.`);
    return [`${prefix}${key} (${shown(old)}, now ${shown(now)})`];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : String(isObject(value) ? JSON.stringify(value) : value);
}
