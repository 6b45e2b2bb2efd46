import type {
  AdapterInfo,
  GenerateRequest,
  Generation,
  GenerationEvent,
  Score,
  ScoreRequest,
  UpdateReport,
  UpdateRequest,
} from '../shared/policy-types.ts';

/** Adapters live in memory in the sidecar and on disk in PEFT's format; every write is atomic and checksummed. */
export interface Adapters {
  list(): Promise<readonly AdapterInfo[]>;
  create(spec: {
    readonly name: string;
    readonly kind: 'session' | 'workspace';
    readonly rank?: number;
    readonly alpha?: number;
    readonly seed?: number;
  }): Promise<AdapterInfo>;
  /** Loads a PEFT directory (`adapter_config.json`, `adapter_model.safetensors`). */
  load(spec: {
    readonly name: string;
    readonly kind: 'session' | 'workspace';
    readonly directory: string;
  }): Promise<AdapterInfo>;
  /** Writes a PEFT directory that PEFT loads unchanged. */
  save(spec: { readonly name: string; readonly directory: string }): Promise<void>;
  /** Back to zero effect (B = 0, fresh A from the seed). */
  reset(name: string): Promise<AdapterInfo>;
  /** Forgets the in-memory adapter; files are kept. */
  drop(name: string): Promise<void>;
}

/** A model that generates and adapts. */
export interface Policy {
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: Adapters;
}
