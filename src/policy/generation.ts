import type { AdapterSelection } from './adapters.ts';
import type { Prompt } from './prompt.ts';

/** How the next token is drawn. */
export interface SamplingOptions {
  /** 0 = greedy. Default: the checkpoint's generation_config, else 0.7. */
  readonly temperature?: number;
  /** In (0, 1]; 1 = off. */
  readonly topP?: number;
  /** 0 = off. */
  readonly topK?: number;
  /** In [0, 1); keeps tokens with p ≥ minP · max p. 0 = off. */
  readonly minP?: number;
  /** 1 = off; > 1 divides positive and multiplies negative logits of tokens already present. */
  readonly repetitionPenalty?: number;
  /** Same seed, same prompt, same weights, same provider → same tokens. Absent: drawn at random and reported. */
  readonly seed?: number;
}

/** One answer to be generated. */
export interface GenerateRequest {
  readonly prompt: Prompt;
  readonly adapter?: AdapterSelection;
  readonly sampling?: SamplingOptions;
  readonly maxTokens?: number;
  /** Strings that end the answer; they are not part of it. May span token borders. */
  readonly stop?: readonly string[];
  /** Token ids that end the answer, besides the checkpoint's own end-of-sequence tokens. */
  readonly stopTokens?: readonly number[];
  /** Ask for the log-probability (natural log, temperature 1, no truncation) of every response token. */
  readonly logprobs?: boolean;
  /** Extra variables for the chat template (for example `enable_thinking`). */
  readonly templateVariables?: Readonly<Record<string, unknown>>;
}

/** What streams while an answer is generated. */
export type GenerationEvent =
  | { readonly kind: 'prefill'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'token';
      readonly id: number;
      /** Text that became certain with this token, after the prefix; '' while a code point or a possible stop string is held back. */
      readonly text: string;
      readonly logprob?: number;
    };

export type FinishReason = 'stop-token' | 'stop-string' | 'max-tokens' | 'context-full' | 'cancelled';

/** A finished answer. */
export interface Generation {
  /** The answer without stop strings and special tokens, from the prompt's prefix on where it had one. */
  readonly text: string;
  /**
   * The exact context and response: what an update must be computed from. A prefix belongs to the context, the stop token to
   * the response.
   */
  readonly promptTokens: readonly number[];
  readonly responseTokens: readonly number[];
  readonly logprobs?: readonly number[];
  /** Numbers of tokens, where the tokens themselves are not known and the lists above are empty. */
  readonly usage?: { readonly promptTokens: number; readonly responseTokens: number };
  readonly finish: FinishReason;
  readonly seed: number;
  readonly timings: {
    /** Prompt tokens whose keys and values were reused from the last generation. */
    readonly reusedTokens: number;
    readonly prefillMs: number;
    readonly decodeMs: number;
  };
}
