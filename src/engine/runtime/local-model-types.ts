import type { ModelInfo } from '../../shared/model-types.ts';
import type {
  Adapters,
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
  readonly adapters: Adapters;
  dispose(): Promise<void>;
}
