import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from '../../shared/atomic-file.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { codeOf } from '../../shared/system-code.ts';
import { fileUnreadable } from '../checkpoint/errors.ts';
import { setAside } from './adapter-directory.ts';
import { adapterNotWritten } from './peft-errors.ts';
import { damagedFile } from './workspace-errors.ts';

const envelope = z.object({ format: z.literal(1), sha256: z.string(), value: z.unknown() });

/** Number of entries kept on disk: an older one serves when the newest is damaged. */
const keptEntries = 3;
/** Errors of file systems that have no hard links. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);
/** Where there are no hard links: how long, in ms, another process may take to write an entry that it has named. */
const settleMs = 100;

export interface LogState<T> {
  /** Undefined when there is no entry, or none that is intact. */
  readonly value: T | undefined;
  /** Number of the newest entry, damaged ones included; 0 = there never was one. */
  readonly at: number;
  /** Damaged entries, which were set aside where that was possible. */
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

  /** @throws RetuneError `checkpoint.unreadable` */
  async read(): Promise<LogState<T>> {
    const notices: RetuneError[] = [];
    const stuck = new Set<number>();
    for (;;) {
      const { intact, newest } = await this.#numbers();
      const number = intact.find((each) => !stuck.has(each));
      if (number === undefined) return { value: undefined, at: newest, notices };
      const found = await this.#entry(number);
      if (found === 'gone') continue;
      if ('value' in found) return { value: found.value, at: newest, notices };
      const aside = await this.#setAside(number);
      if (aside === 'gone') continue;
      if (aside === undefined) stuck.add(number);
      notices.push(damagedFile(this.#path(number), aside, found.cause));
    }
  }

  /**
   * Writes the value that follows the entry `at`.
   * @returns false when another process was faster; nothing has changed then.
   * @throws RetuneError `adaptation.not-written`, `checkpoint.unreadable`; nothing has changed then either.
   */
  async commit(at: number, value: T): Promise<boolean> {
    try {
      return await this.#commit(at, value);
    } catch (error) {
      throw error instanceof RetuneError ? error : adapterNotWritten(this.#directory, error);
    }
  }

  async #commit(at: number, value: T): Promise<boolean> {
    if ((await this.#numbers()).newest !== at) return false;
    const text = JSON.stringify(value);
    const entry = `{"format":1,"sha256":"${digest(text)}","value":${text}}\n`;
    // Accepted answers are the user's code: nobody else may read them.
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const path = this.#path(at + 1);
    if (!(await this.#create(path, entry))) return false;
    try {
      await syncDirectory(this.#directory);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    await this.#removeOld();
    return true;
  }

  /** The entry counts already; what fails now is cleaned up after the next one. */
  async #removeOld(): Promise<void> {
    try {
      const { intact } = await this.#numbers();
      for (const number of intact.slice(keptEntries)) await rm(this.#path(number), { force: true });
    } catch {}
  }

  async #create(path: string, entry: string): Promise<boolean> {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, entry, { flag: 'wx', flush: true });
      await link(temporary, path).catch((error: unknown) => {
        if (!noLinks.has(codeOf(error) ?? '')) throw error;
        return this.#createWithoutLink(path, entry);
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

  async #createWithoutLink(path: string, entry: string): Promise<void> {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(entry);
      await file.sync();
    } catch (error) {
      // Half an entry would be taken for a damaged one.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
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
      throw fileUnreadable(this.#path(number), error);
    }
    try {
      const { sha256, value } = envelope.parse(JSON.parse(text));
      if (digest(JSON.stringify(value)) !== sha256) return { cause: new Error('The checksum does not hold') };
      return { value: this.#schema.parse(value) };
    } catch (cause) {
      return { cause };
    }
  }

  /** `gone`: another process has done it. Undefined: it stays, for example on a file system that cannot be written. */
  async #setAside(number: number): Promise<string | 'gone' | undefined> {
    return setAside(this.#path(number)).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? 'gone' : undefined));
  }

  /** Entries by number, newest first. A number that was set aside is never used again. */
  async #numbers(): Promise<{ readonly intact: readonly number[]; readonly newest: number }> {
    const names = await readdir(this.#directory).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw fileUnreadable(this.#directory, error);
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
