import type { ModelInfo } from '../../shared/model-types.ts';
import type {
  AdapterInfo,
  GenerateRequest,
  Generation,
  GenerationEvent,
  Score,
  ScoreRequest,
  UpdateReport,
  UpdateRequest,
} from '../../shared/policy-types.ts';

/** A checkpoint opened in this process: structurally a `Policy` (agent/policy.ts), plus batches and its own description. */
export interface LocalModel {
  readonly info: ModelInfo;
  /** One generation or update runs at a time; a second call waits for the first. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  /** B sequences decoded together, each with its own adapter (all of one rank) and sampling; no streaming. */
  generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<Generation[]>;
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: {
    list(): Promise<readonly AdapterInfo[]>;
    create(spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly rank?: number;
      readonly alpha?: number;
      readonly seed?: number;
    }): Promise<AdapterInfo>;
    load(spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly directory: string;
    }): Promise<AdapterInfo>;
    save(spec: { readonly name: string; readonly directory: string }): Promise<void>;
    reset(name: string): Promise<AdapterInfo>;
    drop(name: string): Promise<void>;
  };
  dispose(): Promise<void>;
}
