import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pathInside } from '../files/edits/path-inside.ts';
import type { TextFile } from '../files/edits/text-file.ts';
import { throwIfCancelled } from '../shared/errors/cancelled.ts';
import { codeOf } from '../shared/system-code.ts';
import { type Outline, outlineOf } from './outline.ts';
import { readText } from './read-text.ts';

/** Maximum number of files and folders that one search looks at; a workspace is never walked as a whole. */
const maxLooks = 2000;

/**
 * Reads a workspace folder during the search for a target. Paths are relative, with `/`; whatever leads out of the folder does
 * not exist. Everything read is cached.
 */
export class Lookup {
  readonly folder: string;
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Promise<unknown>>();
  #looks = 0;

  constructor(folder: string, signal: AbortSignal) {
    this.folder = folder;
    this.#signal = signal;
  }

  isFile(path: string): Promise<boolean> {
    return this.#once(`file ${path}`, false, async (real) => (await stat(real)).isFile());
  }

  /** Names in a directory, sorted; '' is the folder itself. */
  names(directory: string): Promise<readonly string[]> {
    return this.#once(`names ${directory}`, [], async (real) => (await readdir(real)).sort());
  }

  /** undefined when it is missing, not text, or too large. */
  text(path: string): Promise<TextFile | undefined> {
    return this.#once(`text ${path}`, undefined, async (real) => {
      const result = await readText(path, real);
      return result.kind === 'text' ? result.file : undefined;
    });
  }

  outline(path: string): Promise<Outline> {
    return this.#once(`outline ${path}`, { declared: [], imports: [] }, async () => {
      const file = await this.text(path);
      const outline = await outlineOf(path, file?.text ?? '', this.#signal);
      throwIfCancelled(this.#signal, 'Finding the target');
      return outline;
    });
  }

  #once<T>(key: string, absent: T, look: (real: string) => Promise<T>): Promise<T> {
    throwIfCancelled(this.#signal, 'Finding the target');
    const known = this.#known.get(key);
    if (known) return known as Promise<T>;
    if (++this.#looks > maxLooks) return Promise.resolve(absent);
    const found = this.#inside(key.slice(key.indexOf(' ') + 1), absent, look);
    this.#known.set(key, found);
    return found;
  }

  async #inside<T>(path: string, absent: T, look: (real: string) => Promise<T>): Promise<T> {
    try {
      if (path === '') return await look(this.folder);
      const inside = await pathInside(this.folder, path);
      return inside.kind === 'inside' && (await hasSameCase(inside.absolute)) ? await look(inside.real) : absent;
    } catch (error) {
      if (missing.has(codeOf(error) ?? '')) return absent;
      throw error;
    }
  }
}

const missing = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);

/** On systems that ignore case, `Stats.js` must not be found under the name `stats.js`: one file would have two names. */
async function hasSameCase(absolute: string): Promise<boolean> {
  if (process.platform === 'linux') return true;
  return (await readdir(dirname(absolute))).includes(basename(absolute));
}
