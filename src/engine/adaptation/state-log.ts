import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { damagedFile } from '../../shared/errors/adaptation.ts';
import type { RetuneError } from '../../shared/errors/retune-error.ts';
import { codeOf } from '../checkpoint/cache.ts';
import { setAside } from './adapter-directory.ts';

const envelope = z.object({ format: z.literal(1), sha256: z.string(), value: z.unknown() });

/** Entries kept on disk: an older one serves when the newest is damaged. */
const keptEntries = 3;
/** Errors of file systems that have no hard links. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);
const settleMs = 100;

export interface LogState<T> {
  /** Undefined when there is no entry, or none that is intact. */
  readonly value: T | undefined;
  /** Number of the newest entry, damaged ones included; 0 = there never was one. */
  readonly at: number;
  /** Damaged entries, which were set aside. */
  readonly notices: readonly RetuneError[];
}

/**
 * A small value on disk that several processes may change: every change is a new file `000012.json` with a checksum.
 *
 * It appears whole, and only when no other process has written that number first. A change therefore follows from the value
 * that was read for it, without a lock, which a killed process could leave behind.
 */
export class StateLog<T> {
  readonly #directory: string;
  readonly #schema: z.ZodType<T>;

  constructor(directory: string, schema: z.ZodType<T>) {
    this.#directory = directory;
    this.#schema = schema;
  }

  async read(): Promise<LogState<T>> {
    const notices: RetuneError[] = [];
    for (;;) {
      const { intact, newest } = await this.#numbers();
      const [number] = intact;
      if (number === undefined) return { value: undefined, at: newest, notices };
      const found = await this.#entry(number);
      if (found === 'gone') continue;
      if ('value' in found) return { value: found.value, at: newest, notices };
      const aside = await this.#setAside(number);
      if (aside !== undefined) notices.push(damagedFile(this.#path(number), aside, found.cause));
    }
  }

  /**
   * Writes the value that follows the entry `at`.
   * @returns false when another process was faster; nothing has changed then.
   */
  async commit(at: number, value: T): Promise<boolean> {
    if ((await this.#numbers()).newest !== at) return false;
    const text = JSON.stringify(value);
    const entry = `{"format":1,"sha256":"${digest(text)}","value":${text}}\n`;
    // Accepted answers are somebody's code.
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const written = await this.#create(this.#path(at + 1), entry);
    if (!written) return false;
    await syncDirectory(this.#directory);
    const { intact } = await this.#numbers();
    for (const number of intact.slice(keptEntries)) await rm(this.#path(number), { force: true });
    return true;
  }

  async #create(path: string, entry: string): Promise<boolean> {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, entry, { flag: 'wx', flush: true });
      await link(temporary, path).catch((error: unknown) => {
        if (!noLinks.has(codeOf(error) ?? '')) throw error;
        return writeFile(path, entry, { flag: 'wx', flush: true });
      });
      return true;
    } catch (error) {
      // EEXIST: another process was faster. ENOENT: the whole directory was set aside meanwhile.
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #entry(number: number): Promise<{ readonly value: T } | { readonly cause: unknown } | 'gone'> {
    const first = await this.#parse(number);
    if (first === 'gone' || 'value' in first) return first;
    // Without hard links an entry may be seen while it is being written.
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return this.#parse(number);
  }

  async #parse(number: number): Promise<{ readonly value: T } | { readonly cause: unknown } | 'gone'> {
    let text: string;
    try {
      text = await readFile(this.#path(number), 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 'gone';
      throw error;
    }
    try {
      const { sha256, value } = envelope.parse(JSON.parse(text));
      if (digest(JSON.stringify(value)) !== sha256) return { cause: new Error('The checksum does not hold') };
      return { value: this.#schema.parse(value) };
    } catch (cause) {
      return { cause };
    }
  }

  /** Undefined when another process has done it. */
  async #setAside(number: number): Promise<string | undefined> {
    try {
      return await setAside(this.#path(number));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Entries by number, newest first. A number that was set aside is never used again. */
  async #numbers(): Promise<{ readonly intact: readonly number[]; readonly newest: number }> {
    const names = await readdir(this.#directory).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const numbers = (pattern: RegExp) =>
      names.flatMap((name) => {
        const match = pattern.exec(name);
        return match ? [Number(match[1])] : [];
      });
    const intact = numbers(/^(\d{6,})\.json$/).sort((a, b) => b - a);
    return { intact, newest: Math.max(0, ...intact, ...numbers(/^(\d{6,})\.json\.corrupt-/)) };
  }

  #path(number: number): string {
    return join(this.#directory, `${String(number).padStart(6, '0')}.json`);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
