import { type Dirent, readdirSync } from 'node:fs';
import { inTurns } from '../running/turns.ts';
import { stateOf } from './fingerprint.ts';
import { ignoredAmong, ignoredIn, inside, isNeverLookedInto, under } from './ignored.ts';

export interface TreeSpec {
  /** The workspace folder, and the directory of the tests in it; absolute. */
  readonly folder: string;
  readonly cwd: string;
  /** Whether a path relative to `cwd` is protected. */
  matches(path: string): boolean;
  /** Whether a name in a folder above `cwd` is. */
  matchesAbove(name: string): boolean;
}

interface Directory {
  /** Absolute. */
  readonly path: string;
  readonly above: boolean;
}

const maximumDirectories = 20_000;
const maximumFiles = 20_000;

/**
 * The protected files of a workspace, and those that come later. A new file changes the state of its directory, so that
 * only changed directories are read again.
 */
export class ProtectedTree {
  /** Relative to the folder with `/`. */
  readonly files = new Set<string>();
  complete = true;
  readonly #spec: TreeSpec;
  readonly #directories = new Map<string, { readonly state: string; readonly above: boolean }>();
  readonly #ignored: Set<string>;

  private constructor(spec: TreeSpec, ignored: Iterable<string>) {
    this.#spec = spec;
    this.#ignored = new Set(ignored);
  }

  static async open(spec: TreeSpec, signal?: AbortSignal): Promise<ProtectedTree> {
    const { folder, cwd } = spec;
    const ignored = await ignoredIn(cwd, signal);
    const prefix = inside(folder, cwd);
    const tree = new ProtectedTree(
      spec,
      [...ignored].map((path) => (prefix === undefined ? path : `${prefix}/${path}`)),
    );
    await tree.#read();
    return tree;
  }

  async #read(): Promise<void> {
    await this.#walk(this.#roots(), (directory, files) => {
      const state = stateOf(directory.path);
      this.#directories.set(directory.path, { state, above: directory.above });
      for (const file of files) {
        if (this.files.size >= maximumFiles) this.complete = false;
        else this.files.add(file);
      }
    });
  }

  /** Protected files that were not there when the tree was opened. */
  async added(signal?: AbortSignal): Promise<readonly string[]> {
    const touched: Directory[] = [];
    await inTurns(this.#directories, ([path, { state, above }]) => {
      if (stateOf(path) !== state) touched.push({ path, above });
    });
    const found = new Set<string>();
    await this.#walk(touched, (_, files) => {
      for (const file of files) if (!this.files.has(file)) found.add(file);
    });
    if (found.size === 0) return [];
    for (const path of await ignoredAmong(this.#spec.folder, [...found], signal)) {
      // Build output that came with a run; asked once only.
      this.#ignored.add(path);
      found.delete(path);
    }
    return [...found];
  }

  #roots(): Directory[] {
    const { folder, cwd } = this.#spec;
    const parts = inside(folder, cwd)?.split('/') ?? [];
    const above = parts.map((_, depth) => ({ path: under(folder, parts.slice(0, depth).join('/')), above: true }));
    return [...above, { path: cwd, above: false }];
  }

  /** Visits directories with the protected files in them, and those below that are not known yet. */
  async #walk(
    start: readonly Directory[],
    visit: (directory: Directory, files: readonly string[]) => void,
  ): Promise<void> {
    const queue = [...start];
    const seen = new Set(queue.map(({ path }) => path));
    const next = function* (): Generator<Directory> {
      for (let index = 0; index < queue.length; index++) yield queue[index]!;
    };
    await inTurns(next(), (directory) => {
      const { files, directories } = this.#list(directory);
      visit(directory, files);
      for (const path of directories) {
        if (seen.has(path) || this.#directories.has(path)) continue;
        if (seen.size + this.#directories.size >= maximumDirectories) {
          this.complete = false;
          return;
        }
        seen.add(path);
        queue.push({ path, above: false });
      }
    });
  }

  #list(directory: Directory): { readonly files: readonly string[]; readonly directories: readonly string[] } {
    const { folder, cwd, matches, matchesAbove } = this.#spec;
    const files: string[] = [];
    const directories: string[] = [];
    for (const entry of entriesOf(directory.path)) {
      const path = under(directory.path, entry.name);
      const fromFolder = inside(folder, path) ?? '';
      if (entry.isDirectory()) {
        const wanted = !directory.above && !isNeverLookedInto(entry.name) && !this.#ignored.has(`${fromFolder}/`);
        if (wanted) directories.push(path);
      } else if (!this.#ignored.has(fromFolder)) {
        const fits = directory.above ? matchesAbove(entry.name) : matches(inside(cwd, path) ?? '');
        if (fits) files.push(fromFolder);
      }
    }
    return { files, directories };
  }
}

/** A directory that cannot be read or is gone has no entries; what was in it is missed by its own fingerprint. */
function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
