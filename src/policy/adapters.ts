/**
 * Which adapters are active on top of the base weights; both are optional and their ranks concatenate
 * (effective weights = base + workspace + session). Names are those given to `Adapters.create`.
 */
export interface AdapterSelection {
  readonly workspace?: string;
  readonly session?: string;
}

/** Largest rank of an adapter that is created or read. */
export const maxAdapterRank = 512;

/** An adapter in memory. */
export interface AdapterInfo {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly rank: number;
  readonly alpha: number;
  /** Accepted updates so far. */
  readonly updates: number;
  /** Workspace adapters keep versions; the session adapter has version 0. */
  readonly version: number;
}

/**
 * Adapters live in memory in the sidecar and on disk in PEFT's format; every write is atomic and checksummed. A signal ends the
 * wait for a model that has to be opened again first.
 */
export interface Adapters {
  list(): Promise<readonly AdapterInfo[]>;
  create(
    spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly rank?: number;
      readonly alpha?: number;
      readonly seed?: number;
    },
    signal?: AbortSignal,
  ): Promise<AdapterInfo>;
  /** Loads a PEFT directory (`adapter_config.json`, `adapter_model.safetensors`). */
  load(
    spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly directory: string;
    },
    signal?: AbortSignal,
  ): Promise<AdapterInfo>;
  /** Writes a PEFT directory that PEFT loads unchanged. */
  save(spec: { readonly name: string; readonly directory: string }): Promise<void>;
  /** Back to zero effect (B = 0, fresh A from the seed). */
  reset(name: string): Promise<AdapterInfo>;
  /** Forgets the in-memory adapter; files are kept. Opens no model for it. */
  drop(name: string): Promise<void>;
}
