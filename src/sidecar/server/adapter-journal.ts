import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { LocalModel } from '../../engine/runtime/local-model-types.ts';
import type { AdapterInfo } from '../../policy/adapters.ts';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { messageOf } from '../../shared/errors/thrown.ts';
import { journalName } from './state-directory.ts';

const Entry = z.object({
  name: z.string(),
  kind: z.enum(['session', 'workspace']),
  directory: z.string().regex(/^adapter-\d+$/),
  files: z.record(z.string(), z.string()),
});
/** An adapter name that stands for a workspace; its files are the workspace's own. */
const Binding = z.object({ name: z.string(), key: z.string() });
const Journal = z.object({
  version: z.literal(1),
  next: z.number().int().min(0),
  adapters: z.array(Entry),
  workspaces: z.array(Binding).default([]),
});
type Entry = z.infer<typeof Entry>;

export interface LostAdapter {
  readonly name: string;
  readonly why: string;
}

/**
 * The adapters of one model on disk, so that they outlive the process. Each version goes to a directory of its own
 * and counts only once the journal names it: a crash in between leaves the earlier version in force.
 */
export class AdapterJournal {
  readonly #root: string;
  readonly #model: Pick<LocalModel, 'adapters' | 'workspace'>;
  readonly #entries = new Map<string, Entry>();
  /** Workspace keys by adapter name. */
  readonly #bindings = new Map<string, string>();
  #next = 0;

  constructor(root: string, model: Pick<LocalModel, 'adapters' | 'workspace'>) {
    this.#root = root;
    this.#model = model;
  }

  async record(adapter: Pick<AdapterInfo, 'name' | 'kind'>): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const directory = `adapter-${this.#next++}`;
    await this.#model.adapters.save({ name: adapter.name, directory: join(this.#root, directory) });
    const files = await hashes(join(this.#root, directory));
    const before = this.#entries.get(adapter.name);
    this.#entries.set(adapter.name, { name: adapter.name, kind: adapter.kind, directory, files });
    this.#bindings.delete(adapter.name);
    await this.#write();
    if (before) await rm(join(this.#root, before.directory), { recursive: true, force: true });
  }

  /** The name stands for a workspace from now on. */
  async bind(name: string, key: string): Promise<void> {
    if (this.#bindings.get(name) === key) return;
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    this.#bindings.set(name, key);
    await this.#write();
  }

  async forget(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    const bound = this.#bindings.delete(name);
    if (entry === undefined && !bound) return;
    this.#entries.delete(name);
    await this.#write();
    if (entry !== undefined) await rm(join(this.#root, entry.directory), { recursive: true, force: true });
  }

  async clear(): Promise<void> {
    this.#entries.clear();
    this.#bindings.clear();
    await rm(this.#root, { recursive: true, force: true });
  }

  /**
   * Loads into the model what an earlier process recorded. What does not load is renamed and reported. A disk that cannot be
   * written is no reason against any of this.
   * @param notify receives what the developer should know although nothing was lost from here
   */
  async restore(notify: (notice: string) => void): Promise<LostAdapter[]> {
    if (!existsSync(join(this.#root, journalName))) return [];
    let journal: z.infer<typeof Journal>;
    try {
      journal = Journal.parse(JSON.parse(await readFile(join(this.#root, journalName), 'utf8')));
    } catch (error) {
      const aside = await setAside(this.#root);
      return [{ name: '*', why: `the list of adapters is damaged (${messageOf(error)})${aside}` }];
    }
    this.#next = journal.next;
    const lost: LostAdapter[] = [];
    for (const entry of journal.adapters) {
      const directory = join(this.#root, entry.directory);
      try {
        await verify(directory, entry.files);
        await this.#model.adapters.load({ name: entry.name, kind: entry.kind, directory });
        this.#entries.set(entry.name, entry);
      } catch (error) {
        const aside = existsSync(directory) ? await setAside(directory) : '';
        lost.push({ name: entry.name, why: `${messageOf(error)}${aside}` });
      }
    }
    for (const { name, key } of journal.workspaces) {
      try {
        const { state } = await this.#model.workspace.open({ name, key });
        this.#bindings.set(name, key);
        state.notices.forEach(notify);
      } catch (error) {
        lost.push({ name, why: messageOf(error) });
      }
    }
    if (lost.length > 0) await this.#write().catch((error: unknown) => notify(notWritten(this.#root, error)));
    return lost;
  }

  async #write(): Promise<void> {
    const workspaces = [...this.#bindings].map(([name, key]) => ({ name, key }));
    const journal = { version: 1, next: this.#next, adapters: [...this.#entries.values()], workspaces };
    const bytes = Buffer.from(JSON.stringify(journal, null, 2));
    await writeFileAtomically(join(this.#root, journalName), async (file) => {
      await file.writeFile(bytes);
    });
  }
}

async function hashes(directory: string): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const name of (await readdir(directory)).sort()) {
    const bytes = await readFile(join(directory, name));
    result[name] = createHash('sha256').update(bytes).digest('hex');
  }
  return result;
}

async function verify(directory: string, expected: Readonly<Record<string, string>>): Promise<void> {
  const found = await hashes(directory);
  for (const [name, hash] of Object.entries(expected)) {
    if (found[name] === undefined) throw new Error(`${join(directory, name)} is missing`);
    if (found[name] !== hash) throw new Error(`${join(directory, name)} has changed since it was written`);
  }
}

/** Returns a clause that says where the files are. */
async function setAside(path: string): Promise<string> {
  const aside = `${path}.damaged-${Date.now()}`;
  try {
    await rename(path, aside);
    return `; its files are now in ${aside}`;
  } catch (error) {
    return `; its files are still in ${path} (${messageOf(error)})`;
  }
}

function notWritten(root: string, error: unknown): string {
  return `The list of adapters in ${root} could not be written (${messageOf(error)}); after a crash the same losses are reported again.`;
}
