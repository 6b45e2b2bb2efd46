import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { codeOf } from '../shared/system-code.ts';

/** More than this in one store is no collection of models. */
const maxEntries = 20_000;
/** Manifests and configurations have a few kilobytes. */
const maxTextBytes = 1 << 20;
const maxNotes = 20;

export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Of a file. */
  readonly bytes: number;
}

/**
 * Reads one store, within bounds: a limited number of entries, small texts, and nothing to which a link leads out of the
 * store. What cannot be read is noted and left out; nothing is thrown.
 */
export class Visit {
  readonly root: string;
  readonly notes: string[] = [];
  readonly #realRoot: string;
  #seen = 0;

  /** @param root exists, symlinks perhaps not resolved */
  constructor(root: string) {
    this.root = root;
    this.#realRoot = realpathSync(root);
  }

  /** Files and directories in a directory, by name; a directory that does not exist has none. */
  entries(directory: string): readonly Entry[] {
    const names = this.#attempt(directory, () => readdirSync(directory)) ?? [];
    return names.sort().flatMap((name) => this.entry(join(directory, name)) ?? []);
  }

  directories(directory: string): readonly Entry[] {
    return this.entries(directory).filter(({ kind }) => kind === 'directory');
  }

  /** Undefined for what does not exist, is neither a file nor a directory, or lies outside of the store. */
  entry(path: string): Entry | undefined {
    if (this.#seen >= maxEntries) {
      if (this.#seen++ === maxEntries)
        this.note(`${this.root} has more than ${maxEntries} entries; the rest was left out`);
      return undefined;
    }
    this.#seen++;
    return this.#attempt(path, () => this.#entry(path));
  }

  /** The text of a small file; undefined when it cannot be read. */
  text(path: string): string | undefined {
    const entry = this.entry(path);
    if (entry?.kind !== 'file') return undefined;
    if (entry.bytes > maxTextBytes) return this.note(`${path} is too large for what it should be`);
    return this.#attempt(path, () => readFileSync(path, 'utf8'));
  }

  /** A JSON file; undefined when it cannot be read or is no JSON. */
  json(path: string): unknown {
    const text = this.text(path);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return this.note(`${path} is no JSON`);
    }
  }

  /** @param what a sentence without its full stop */
  note(what: string): undefined {
    if (this.notes.length < maxNotes) this.notes.push(`${what}.`);
  }

  #entry(path: string): Entry | undefined {
    const real = realpathSync(path);
    const inside = relative(this.#realRoot, real);
    if (inside === '..' || inside.startsWith(`..${sep}`) || join(this.#realRoot, inside) !== real) {
      return this.note(`${path} is a link out of the store`);
    }
    const status = statSync(real);
    const name = path.slice(path.lastIndexOf(sep) + 1);
    if (status.isDirectory()) return { name, path, kind: 'directory', bytes: 0 };
    return status.isFile() ? { name, path, kind: 'file', bytes: status.size } : undefined;
  }

  #attempt<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      return code === 'ENOENT' ? this.#noteDangling(path) : this.note(`${path} cannot be read (${code})`);
    }
  }

  /** What does not exist needs no word, but a link that leads nowhere does. */
  #noteDangling(path: string): undefined {
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? this.note(`${path} is a link to something that does not exist`) : undefined;
  }
}
