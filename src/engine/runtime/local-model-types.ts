import type { Adapters } from '../../policy/adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { Prompt } from '../../policy/prompt.ts';
import type { Score, ScoreRequest } from '../../policy/score.ts';
import type { UpdateReport, UpdateRequest } from '../../policy/update.ts';
import type { WorkspaceAdapters } from '../../policy/workspace-adapters.ts';

/** A checkpoint opened in this process: structurally a `Policy` (agent/policy.ts), plus batches and its own description. */
export interface LocalModel {
  readonly info: ModelInfo;
  /** Tokens of a prompt as `generate` would see it. Runs no model and waits for no other call. */
  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number>;
  /** One generation or update runs at a time; a second call waits for the first. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  /** B sequences decoded together, each with its own adapter (all of one rank) and sampling; no streaming. */
  generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<Generation[]>;
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: Adapters;
  readonly workspace: WorkspaceAdapters;
  dispose(): Promise<void>;
}
