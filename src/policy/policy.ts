import type { Adapters } from './adapters.ts';
import type { Capabilities } from './capabilities.ts';
import type { GenerateRequest, Generation, GenerationEvent } from './generation.ts';
import type { Prompt } from './prompt.ts';
import type { Score, ScoreRequest } from './score.ts';
import type { UpdateReport, UpdateRequest } from './update.ts';
import type { WorkspaceAdapters } from './workspace-adapters.ts';

/**
 * A model that generates and perhaps adapts: what the loop, the benchmarks and the commands know of any model. All arguments
 * and results are plain JSON, because a sidecar sends them over a wire as they are; each function has one argument at most,
 * before its signal. What `info.capabilities` denies throws `policy.cannot`.
 */
export interface Policy {
  readonly info: PolicyInfo;
  /** Tokens of a prompt as `generate` would see it. Runs no model and waits for no other call. */
  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number>;
  /** Streams one answer. Its finish is `cancelled` when the signal fired. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
  /** B answers decoded together, each with its own adapter (all of one rank) and sampling; no streaming. */
  generateBatch(requests: readonly GenerateRequest[], signal: AbortSignal): Promise<readonly Generation[]>;
  /** Log-probabilities of a given completion. */
  score(request: ScoreRequest, signal: AbortSignal): Promise<Score>;
  /** One step of the weights, which is taken only if the checks of the trust region hold. */
  update(request: UpdateRequest, signal: AbortSignal): Promise<UpdateReport>;
  readonly adapters: Adapters;
  readonly workspace: WorkspaceAdapters;
}

/** What the loop must know of a model. */
export interface PolicyInfo {
  readonly capabilities: Capabilities;
  /** Maximum number of tokens of prompt and answer together. */
  readonly contextLength: number;
  /** Absent where nobody says. */
  readonly parameters?: number;
  /** The model writes its thoughts before its answer. Default: it does not. */
  readonly thinks?: boolean;
  /** The version of our prompts that the model was trained on. Default: it knows none of them. */
  readonly trainedPrompts?: number;
}
