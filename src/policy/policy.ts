import type { Adapters } from './adapters.ts';
import type { GenerateRequest, Generation, GenerationEvent } from './generation.ts';
import type { Prompt } from './prompt.ts';
import type { Score, ScoreRequest } from './score.ts';
import type { UpdateReport, UpdateRequest } from './update.ts';
import type { WorkspaceAdapters } from './workspace-adapters.ts';

/** A model that generates and adapts. */
export interface Policy {
  readonly info: PolicyInfo;
  /** Tokens of a prompt as `generate` would see it. */
  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number>;
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: Adapters;
  readonly workspace: WorkspaceAdapters;
}

/** What the loop must know of a model. */
interface PolicyInfo {
  /** Maximum number of tokens of prompt and answer together. */
  readonly contextLength: number;
  readonly parameters: number;
}
