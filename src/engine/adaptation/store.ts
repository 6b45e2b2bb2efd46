import { type AdapterInfo, type AdapterSelection, maxAdapterRank } from '../../policy/adapters.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import { createAdapter, type LoraAdapter, resetAdapter } from './adapter.ts';
import { combine } from './compose.ts';
import { adapterExists, adapterNotFound, badAdapterSpec } from './errors.ts';
import { type AdapterBase, loadPeft, savePeft } from './peft.ts';
import { randomSeed } from './random.ts';
import type { SessionState } from './session-state.ts';

/** The adapters of one open model, by name: the `adapters` of `LocalModel`, and what generation and updates need of them. */
export class AdapterStore {
  readonly #base: AdapterBase;
  readonly #adapters = new Map<string, LoraAdapter>();
  /** Names that stand for no adapter: selecting them changes nothing. */
  readonly #absent = new Set<string>();
  /** The last combination made; θ is large, so only one is kept. */
  #combined: EffectiveAdapter | undefined;
  #combinedOf: readonly LoraAdapter[] = [];

  constructor(base: AdapterBase) {
    this.#base = base;
  }

  async list(): Promise<readonly AdapterInfo[]> {
    return [...this.#adapters.values()].map(adapterInfo);
  }

  /** @throws RetuneError `adaptation.adapter-exists`, `adaptation.bad-spec` */
  async create(spec: {
    readonly name: string;
    readonly kind: 'session' | 'workspace';
    readonly rank?: number;
    readonly alpha?: number;
    readonly seed?: number;
  }): Promise<AdapterInfo> {
    const { name, kind, rank = 1, alpha = 1, seed = randomSeed() } = spec;
    this.#checkFree(name);
    if (typeof name !== 'string' || name === '') throw badAdapterSpec(String(name), 'The name is no text');
    if (kind !== 'session' && kind !== 'workspace') throw badAdapterSpec(name, `The kind is ${JSON.stringify(kind)}`);
    if (!Number.isInteger(rank) || rank < 1 || rank > maxAdapterRank) throw badAdapterSpec(name, `The rank is ${rank}`);
    if (!(alpha > 0 && Number.isFinite(alpha))) throw badAdapterSpec(name, `alpha is ${alpha}`);
    if (!Number.isSafeInteger(seed) || seed < 0) throw badAdapterSpec(name, `The seed is ${seed}`);
    return this.replace(createAdapter(this.#base.config, { ...spec, seed }));
  }

  /** @throws RetuneError as `loadPeft`, and `adaptation.adapter-exists` */
  async load(spec: {
    readonly name: string;
    readonly kind: 'session' | 'workspace';
    readonly directory: string;
  }): Promise<AdapterInfo> {
    this.#checkFree(spec.name);
    const { name, kind, directory } = spec;
    const adapter = await loadPeft(directory, this.#base, { name, kind, seed: randomSeed() });
    // Checked again: another call may have taken the name while the files were read.
    this.#checkFree(name);
    return this.replace(adapter);
  }

  /** @param session goes into the metadata beside the weights, so that a resumed session continues the count. */
  async save(spec: { readonly name: string; readonly directory: string }, session?: SessionState): Promise<void> {
    await savePeft(this.get(spec.name), this.#base, spec.directory, session);
  }

  async reset(name: string): Promise<AdapterInfo> {
    return this.replace(resetAdapter(this.get(name)));
  }

  async drop(name: string): Promise<void> {
    if (this.#absent.delete(name)) return;
    this.get(name);
    this.#adapters.delete(name);
  }

  /** From now on the name can be selected and has no effect: a workspace where nothing was learnt yet. */
  makeAbsent(name: string): void {
    this.#adapters.delete(name);
    this.#absent.add(name);
  }

  find(name: string): LoraAdapter | undefined {
    return this.#adapters.get(name);
  }

  /** @throws RetuneError `adaptation.no-adapter` */
  get(name: string): LoraAdapter {
    const adapter = this.#adapters.get(name);
    if (adapter === undefined) throw adapterNotFound(name, [...this.#adapters.keys()]);
    return adapter;
  }

  /** Adds an adapter or puts it in place of the one of the same name. */
  replace(adapter: LoraAdapter): AdapterInfo {
    this.#adapters.set(adapter.name, adapter);
    this.#absent.delete(adapter.name);
    return adapterInfo(adapter);
  }

  /** The selected adapters in the order in which their ranks are concatenated. */
  selected(selection: AdapterSelection | undefined): readonly LoraAdapter[] {
    const names = [selection?.workspace, selection?.session];
    return names
      .filter((name) => name !== undefined && !this.#absent.has(name))
      .map((name) => this.get(name as string));
  }

  /** What the graphs are fed; undefined when no adapter is selected. The same adapters give the same object or version. */
  effective(selection: AdapterSelection | undefined): EffectiveAdapter | undefined {
    const adapters = this.selected(selection);
    if (adapters.length === 0) return undefined;
    const same = adapters.length === this.#combinedOf.length && adapters.every((a, i) => a === this.#combinedOf[i]);
    if (!same || this.#combined === undefined) {
      this.#combined = combine(adapters);
      this.#combinedOf = adapters;
    }
    return this.#combined;
  }

  #checkFree(name: string): void {
    if (this.#adapters.has(name)) throw adapterExists(name);
  }
}

function adapterInfo({ name, kind, rank, alpha, updates, version }: LoraAdapter): AdapterInfo {
  return { name, kind, rank, alpha, updates, version };
}
