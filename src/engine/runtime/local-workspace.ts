import type { AcceptReport, WorkspaceAdapterFiles, WorkspaceAdapters } from '../../policy/workspace-adapters.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { createAdapter, type LoraAdapter } from '../adaptation/adapter.ts';
import type { ConsolidationInput } from '../adaptation/consolidation.ts';
import { adapterExists } from '../adaptation/errors.ts';
import { randomSeed } from '../adaptation/random.ts';
import type { AdapterStore } from '../adaptation/store.ts';
import type { UpdateResult } from '../adaptation/update.ts';
import { workspaceBusy } from '../adaptation/workspace-errors.ts';
import type { WorkspaceFiles } from '../adaptation/workspace-files.ts';
import type { Notice } from '../adaptation/workspace-versions.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';

/** Maximum number of tries to learn an answer while other processes keep changing the workspace adapter. */
const maxTries = 3;

export interface LocalWorkspaceParts {
  readonly files: WorkspaceFiles;
  readonly store: AdapterStore;
  readonly config: ModelConfig;
  /** In tokens; earlier answers that do not fit are not rehearsed. */
  readonly contextLength: number;
  /** Runs when no other run of the model is in progress. */
  readonly exclusive: <T>(task: () => Promise<T>) => Promise<T>;
  readonly learn: (input: ConsolidationInput, signal: AbortSignal) => Promise<UpdateResult>;
}

type Named = Parameters<WorkspaceAdapters['open']>[0];
type AcceptedPair = Parameters<WorkspaceAdapters['accept']>[0];

/**
 * Workspace adapters in memory: names of adapters that stand for a workspace folder's current version on disk. The files are
 * the truth: every change is made there first, and a name whose workspace has learnt nothing stands for the base model.
 */
export class LocalWorkspace implements WorkspaceAdapters {
  readonly #parts: LocalWorkspaceParts;
  /** Workspace keys by adapter name. */
  readonly #keys = new Map<string, string>();

  constructor(parts: LocalWorkspaceParts) {
    this.#parts = parts;
  }

  open({ key, name }: Named): Promise<{ readonly loaded: boolean; readonly state: WorkspaceAdapterFiles }> {
    return this.#parts.exclusive(async () => {
      const { files } = this.#parts;
      this.#requireFree(name);
      const { adapter, notices } = await files.versions(key).load(name);
      const state = await files.state(key, notices);
      this.#keys.set(name, key);
      this.#show(key, adapter);
      return { loaded: adapter !== undefined, state };
    });
  }

  /**
   * Learns from the current version on disk, whatever is loaded, and learns again when another process has changed it meanwhile.
   * The answer is kept for later rehearsals only when it was learnt: an update that was rolled back changes no file.
   * Cancelling changes nothing either; once the version is being written, it is too late.
   */
  accept({ key, name, promptTokens, responseTokens }: AcceptedPair, signal: AbortSignal): Promise<AcceptReport> {
    return this.#parts.exclusive(async () => {
      const { files, config, learn } = this.#parts;
      this.#requireFree(name);
      const versions = files.versions(key);
      const accepted = { prompt: promptTokens, response: responseTokens };
      const found: Notice[] = [];
      for (let tries = 1; tries <= maxTries; tries++) {
        const current = await versions.load(name);
        found.push(...current.notices);
        const loaded = current.adapter && this.#same(current.adapter);
        const adapter = loaded ?? createAdapter(config, { name, kind: 'workspace', seed: randomSeed() });
        const earlier = current.accepted.filter((pair) => this.#fits(pair.prompt.length + pair.response.length));
        const { report, adapter: learnt } = await learn({ adapter, accepted, earlier }, signal);
        const notices = found.map(sentence);
        if (!report.accepted) return { report, notices };
        throwIfCancelled(signal, 'Learning the accepted answer');
        const saved = await versions.append(learnt, accepted, current.at);
        if (saved === undefined) continue;
        this.#keys.set(name, key);
        this.#show(key, saved);
        return { report, version: saved.version, notices };
      }
      throw workspaceBusy(versions.root, maxTries);
    });
  }

  state(key: string): Promise<WorkspaceAdapterFiles> {
    return this.#parts.files.state(key);
  }

  revert(key: string): Promise<WorkspaceAdapterFiles> {
    return this.#changed(key, () => this.#parts.files.revert(key));
  }

  export(spec: { readonly key: string; readonly directory: string }): Promise<void> {
    return this.#parts.files.export(spec);
  }

  reset(key: string): Promise<WorkspaceAdapterFiles> {
    return this.#changed(key, () => this.#parts.files.reset(key));
  }

  /** The name stands for no workspace any more: its adapter was dropped, or changed by something else than an acceptance. */
  release(name: string): void {
    this.#keys.delete(name);
  }

  #changed(key: string, change: () => Promise<WorkspaceAdapterFiles>): Promise<WorkspaceAdapterFiles> {
    return this.#parts.exclusive(async () => {
      const state = await change();
      const names = [...this.#keys.values()];
      if (names.includes(key)) this.#show(key, (await this.#parts.files.versions(key).load('workspace')).adapter);
      return state;
    });
  }

  /** Puts the version in force under every name of the workspace. */
  #show(key: string, adapter: LoraAdapter | undefined): void {
    const { store } = this.#parts;
    const shown = adapter && this.#same(adapter);
    for (const [name, of] of this.#keys) {
      if (of !== key) continue;
      if (shown === undefined) store.makeAbsent(name);
      else if (store.find(name)?.content !== shown.content) store.replace({ ...shown, name });
    }
  }

  /** The loaded adapter with exactly these weights, whose caches are still valid, or else this one. */
  #same(adapter: LoraAdapter): LoraAdapter {
    const { store } = this.#parts;
    for (const name of this.#keys.keys()) {
      const loaded = store.find(name);
      if (loaded !== undefined && isSame(loaded, adapter)) return { ...loaded, name: adapter.name };
    }
    return adapter;
  }

  #fits(tokens: number): boolean {
    return tokens <= this.#parts.contextLength;
  }

  /** A name that stands for a workspace can stand for another one or a newer version; nobody else's adapter is replaced. */
  #requireFree(name: string): void {
    if (this.#parts.store.find(name) !== undefined && !this.#keys.has(name)) throw adapterExists(name);
  }
}

function isSame(a: LoraAdapter, b: LoraAdapter): boolean {
  const equal = a.version === b.version && a.rank === b.rank && a.alpha === b.alpha && a.updates === b.updates;
  if (!equal || a.rankStabilised !== b.rankStabilised || a.theta.length !== b.theta.length) return false;
  const bits = (theta: Float32Array) => new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength);
  return Buffer.compare(bits(a.theta), bits(b.theta)) === 0;
}

function sentence({ what, why, remedy }: Notice): string {
  return `${what} ${why} ${remedy}`;
}
