/**
 * What the benchmark says to a driver process, one JSON object per line, one request at a time.
 * Every competitor runs in a process of its own, so that neither memory nor threads mix.
 */
export type DriverRequest =
  | LoadRequest
  /** Greedy: `tokens` tokens after a random prompt of `context` tokens. Seconds from the first new token to the last. */
  | { readonly op: 'decode'; readonly context: number; readonly tokens: number; readonly seed: number }
  /** Seconds from a random prompt of `tokens` tokens to the first new token. Nothing is reused from earlier prompts. */
  | { readonly op: 'prefill'; readonly tokens: number; readonly seed: number }
  /** One rejected response (r = −1), one-step solver, rank 8, from a fresh adapter. Seconds for the whole update. */
  | { readonly op: 'update'; readonly promptTokens: readonly number[]; readonly responseTokens: readonly number[] }
  | { readonly op: 'quit' };

export interface LoadRequest {
  readonly op: 'load';
  /** Checkpoint directory, or the GGUF file. */
  readonly model: string;
  readonly bits: 4 | 8 | 32;
  readonly threads: number;
  readonly contextLength: number;
  readonly layerCheckpointing?: boolean;
  /** Quantisation block, ours only. */
  readonly block?: 32 | 64 | 128;
}

export interface DriverReply {
  readonly seconds: number;
  /** Tokens made or processed. */
  readonly tokens: number;
  /** Peak resident memory of the process (VmHWM), in bytes. */
  readonly rssBytes: number;
  /** User and system time during `seconds`. */
  readonly cpuSeconds: number;
  /** What else is worth keeping, for example the tokens that were made. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface DriverFailure {
  readonly error: string;
}

/** The engine's names of the formats. */
export const dtypes = { 4: 'int4', 8: 'int8', 32: 'fp32' } as const;
