import type {
  Adapters,
  GenerateRequest,
  Generation,
  GenerationEvent,
  Score,
  ScoreRequest,
  UpdateReport,
  UpdateRequest,
} from '../shared/policy-types.ts';

/** A model that generates and adapts. */
export interface Policy {
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: Adapters;
}
