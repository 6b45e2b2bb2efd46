import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceAdapterFiles, WorkspaceAdapterVersion } from '../../policy/workspace-adapters.ts';
import { writeFileAtomically, writeFully } from '../../shared/atomic-file.ts';
import type { RetuneError } from '../../shared/errors/retune-error.ts';
import { codeOf } from '../../shared/system-code.ts';
import type { LoraAdapter } from './adapter.ts';
import { type AdapterMetadata, metadataFile, parseMetadata } from './adapter-metadata.ts';
import { ggufLora } from './gguf-lora.ts';
import { type AdapterBase, savePeft } from './peft.ts';
import { adapterNotWritten } from './peft-errors.ts';
import {
  badWorkspaceKey,
  learntWithOtherBase,
  nothingLearnt,
  versionUnreadable,
  workspaceSetAside,
} from './workspace-errors.ts';
import { WorkspaceVersions } from './workspace-versions.ts';

const keyPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
/** What llama.cpp reads of an exported adapter. */
const ggufFile = 'adapter.gguf';
const basePattern = /^[0-9a-f]{32}$/;

/**
 * What was learnt for workspace folders with one base model, as files: `<root>/<key>/<base>/`, where the base is the digest of
 * the checkpoint's content, so that an adapter never meets another model. Nothing here needs the model's weights.
 */
export class WorkspaceFiles {
  readonly #root: string;
  readonly #base: AdapterBase;

  constructor(root: string, base: AdapterBase) {
    this.#root = root;
    this.#base = base;
  }

  /** @throws RetuneError `adaptation.bad-key` */
  versions(key: string): WorkspaceVersions {
    if (typeof key !== 'string' || !keyPattern.test(key)) throw badWorkspaceKey(String(key));
    return new WorkspaceVersions(join(this.#root, key, this.#base.key), this.#base);
  }

  /** Looks without changing anything, except that a damaged list of versions is set aside. */
  async state(key: string, earlier: readonly RetuneError[] = []): Promise<WorkspaceAdapterFiles> {
    const versions = this.versions(key);
    const { state, notices } = await versions.state();
    const found = [...earlier, ...notices];
    const listed: WorkspaceAdapterVersion[] = [];
    for (const version of state.history) {
      const directory = versions.directory(version);
      const metadata = await readMetadata(directory);
      if (metadata === undefined) found.push(versionUnreadable(directory, version));
      const { created = await modified(directory), updates = 0 } = metadata ?? {};
      listed.push({ version, created, updates, current: version === state.history.at(-1) });
    }
    if (listed.length === 0) found.push(...(await this.#otherBases(key)));
    const { root } = versions;
    const texts = found.map(({ what, why, remedy }) => `${what} ${why} ${remedy}`);
    const accepted = state.accepted.length;
    return { key, versions: listed, accepted, notices: texts, directory: root, bytes: await size(root) };
  }

  /** @throws RetuneError `adaptation.nothing-to-revert` */
  async revert(key: string): Promise<WorkspaceAdapterFiles> {
    const { notices } = await this.versions(key).revert('workspace');
    return this.state(key, notices);
  }

  /**
   * Writes the current version as a PEFT directory; never an earlier one in its place. Beside it lies the same for llama.cpp.
   * @throws RetuneError `adaptation.nothing-learnt`, `adaptation.not-written`, and as `WorkspaceVersions.read`
   */
  async export({ key, directory }: { readonly key: string; readonly directory: string }): Promise<void> {
    const versions = this.versions(key);
    const current = (await versions.state()).state.history.at(-1);
    if (current === undefined) throw nothingLearnt(versions.root);
    const adapter = await versions.read(current, 'workspace');
    await savePeft(adapter, this.#base, directory);
    await this.#exportGguf(adapter, join(directory, ggufFile));
  }

  async #exportGguf(adapter: LoraAdapter, path: string): Promise<void> {
    const bytes = ggufLora(adapter, this.#base.config);
    if (bytes === undefined) return;
    try {
      await writeFileAtomically(path, (file) => writeFully(file, bytes, 0));
    } catch (cause) {
      throw adapterNotWritten(path, cause);
    }
  }

  /** Sets everything aside by renaming its folder to `<base>.reset-N`; a notice says so. */
  async reset(key: string): Promise<WorkspaceAdapterFiles> {
    const aside = await this.#setAside(this.versions(key).root);
    return this.state(key, aside === undefined ? [] : [workspaceSetAside(aside)]);
  }

  async #setAside(root: string): Promise<string | undefined> {
    for (let n = 1; ; n++) {
      const aside = `${root}.reset-${n}`;
      // POSIX would rename over an empty directory; another process may also be faster.
      if ((await stat(aside).catch(() => undefined)) !== undefined) continue;
      try {
        await rename(root, aside);
        return aside;
      } catch (error) {
        const code = codeOf(error) ?? '';
        if (code === 'ENOENT') return undefined;
        if (!['ENOTEMPTY', 'EEXIST'].includes(code)) throw adapterNotWritten(root, error);
      }
    }
  }

  /** For a model that has learnt nothing here: what others have. */
  async #otherBases(key: string): Promise<RetuneError[]> {
    const folder = join(this.#root, key);
    const found: RetuneError[] = [];
    for (const name of await list(folder)) {
      if (!basePattern.test(name) || name === this.#base.key) continue;
      const versions = (await list(join(folder, name, 'versions')))
        .filter((version) => /^\d{6,}$/.test(version))
        .sort();
      const newest = versions.at(-1);
      const metadata = newest === undefined ? undefined : await readMetadata(join(folder, name, 'versions', newest));
      if (metadata !== undefined) found.push(learntWithOtherBase(metadata.base.path, versions.length));
    }
    return found;
  }
}

async function readMetadata(directory: string): Promise<AdapterMetadata | undefined> {
  const text = await readFile(join(directory, metadataFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseMetadata(text);
}

async function modified(directory: string): Promise<string> {
  const status = await stat(directory).catch(() => undefined);
  return new Date(status?.mtimeMs ?? 0).toISOString();
}

async function list(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
}

/** Bytes of all files below a folder. */
async function size(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  let total = 0;
  for (const entry of entries) {
    if (entry.isFile()) total += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
