import type { AdapterSelection } from './adapters.ts';
import type { Prompt } from './prompt.ts';

/** A given completion whose log-probabilities are asked for. */
export interface ScoreRequest {
  readonly prompt: Prompt;
  readonly completion: { readonly text: string } | { readonly tokens: readonly number[] };
  readonly adapter?: AdapterSelection;
  readonly templateVariables?: Readonly<Record<string, unknown>>;
}

/** Log-probabilities of a completion. */
export interface Score {
  readonly promptTokens: readonly number[];
  readonly completionTokens: readonly number[];
  /** log p(token | everything before), one per completion token: natural log, temperature 1, fp32 arithmetic. */
  readonly logprobs: readonly number[];
}
