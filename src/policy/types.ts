/**
 * What the loop, the sidecar and the engine say to each other about a model: requests, events and reports.
 * All types here are plain JSON, because the sidecar sends them over a wire as they are.
 */

export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
}

/** Exactly one of: chat messages (rendered by the model's own template), raw text, or exact tokens. */
export type Prompt =
  | { readonly messages: readonly Message[] }
  | { readonly text: string }
  | { readonly tokens: readonly number[] };

/**
 * Which adapters are active on top of the base weights; both are optional and their ranks concatenate
 * (effective weights = base + workspace + session). Names are those given to `Adapters.create`.
 */
export interface AdapterSelection {
  readonly workspace?: string;
  readonly session?: string;
}

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

export type GenerationEvent =
  | { readonly kind: 'prefill'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'token';
      readonly id: number;
      /** Text that became certain with this token; '' while a code point or a possible stop string is held back. */
      readonly text: string;
      readonly logprob?: number;
    };

export type FinishReason = 'stop-token' | 'stop-string' | 'max-tokens' | 'context-full' | 'cancelled';

export interface Generation {
  /** The answer without stop strings and special tokens. */
  readonly text: string;
  /** The exact context and response: what an update must be computed from. Stop token included in responseTokens. */
  readonly promptTokens: readonly number[];
  readonly responseTokens: readonly number[];
  readonly logprobs?: readonly number[];
  readonly finish: FinishReason;
  readonly seed: number;
  readonly timings: {
    /** Prompt tokens whose keys and values were reused from the last generation. */
    readonly reusedTokens: number;
    readonly prefillMs: number;
    readonly decodeMs: number;
  };
}

export interface ScoreRequest {
  readonly prompt: Prompt;
  readonly completion: { readonly text: string } | { readonly tokens: readonly number[] };
  readonly adapter?: AdapterSelection;
  readonly templateVariables?: Readonly<Record<string, unknown>>;
}

export interface Score {
  readonly promptTokens: readonly number[];
  readonly completionTokens: readonly number[];
  /** log p(token | everything before), one per completion token: natural log, temperature 1, fp32 arithmetic. */
  readonly logprobs: readonly number[];
}

export type Solver = 'one-step' | 'gauss-newton';

export interface UpdateOptions {
  readonly solver?: Solver;
  /** Reward temperature β > 0 of the target π*(y) ∝ π(y)·exp(r/β). Default 1. */
  readonly beta?: number;
  /** Subtract the residual's conditional expectation (adaptation §2, Centring). Default true. */
  readonly centering?: boolean;
  /** β = 1, no centring, Gauss–Newton: the paper's setting. Overrides the fields above. */
  readonly paper?: boolean;
  /** Mean per-token KL cap on the response, nat. Default 0.02 (0.005 for the workspace adapter). */
  readonly klCap?: number;
  /**
   * Cap of max ‖scale·BA‖_F / ‖W‖_F over the linears. Default 0.01, which suits models of 0.5 B parameters and more; a small model
   * needs more for the same change of what it says.
   */
  readonly weightCap?: number;
  readonly seed?: number;
}

export interface UpdateRequest {
  /** Adapter to change: created (rank 8, alpha 16) when it does not exist. */
  readonly adapter: AdapterSelection & { readonly train: 'session' | 'workspace' };
  readonly promptTokens: readonly number[];
  readonly responseTokens: readonly number[];
  readonly reward: 1 | -1;
  /**
   * Earlier accepted answers, oldest first, that a workspace adapter must not unlearn (r = 1 only; the last 16 count).
   * A workspace adapter is trained alone, on the clean context and the accepted answer (adaptation §6).
   */
  readonly replay?: readonly { readonly promptTokens: readonly number[]; readonly responseTokens: readonly number[] }[];
  readonly options?: UpdateOptions;
}

export type RollbackReason =
  | 'not-finite'
  | 'no-improvement'
  | 'kl-response'
  | 'kl-anchors'
  | 'entropy'
  | 'weight-norm'
  | 'zero-gradient'
  | 'disabled';

/** What one update did (adaptation §7). */
export interface UpdateReport {
  readonly accepted: boolean;
  /** Why it was rolled back (the last failing check of the line search), or null when accepted. */
  readonly reason: RollbackReason | null;
  readonly solver: Solver;
  /** Accepted step length (fraction of the solver's proposal), 0 when rolled back. */
  readonly alpha: number;
  readonly halvings: number;
  /** ‖Δθ‖₂ over all LoRA parameters. */
  readonly deltaNorm: number;
  /** max over linears of ‖scale·BA‖_F / ‖W‖_F after the update. */
  readonly relativeWeightChange: number;
  /** Σ log π(y) over the response, nat. */
  readonly logProbBefore: number;
  readonly logProbAfter: number;
  /** Mean per-token KL(before ‖ after) on the response, nat. */
  readonly klResponse: number;
  /** Mean per-token KL(base ‖ after) on the anchors, nat. */
  readonly klAnchors: number;
  /** Mean per-token entropy on the response, nat. */
  readonly entropyBefore: number;
  readonly entropyAfter: number;
  readonly cgIterations: number;
  readonly cgResidual: number;
  readonly lambda: number;
  readonly promptTokens: number;
  readonly responseTokens: number;
  readonly milliseconds: number;
}

/** Largest rank of an adapter that is created or read. */
export const maxAdapterRank = 512;

export interface AdapterInfo {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly rank: number;
  readonly alpha: number;
  /** Accepted updates so far. */
  readonly updates: number;
  /** Workspace adapters keep versions; the session adapter has version 0. */
  readonly version: number;
}

/**
 * Adapters live in memory in the sidecar and on disk in PEFT's format; every write is atomic and checksummed. A signal ends the
 * wait for a model that has to be opened again first.
 */
export interface Adapters {
  list(): Promise<readonly AdapterInfo[]>;
  create(
    spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly rank?: number;
      readonly alpha?: number;
      readonly seed?: number;
    },
    signal?: AbortSignal,
  ): Promise<AdapterInfo>;
  /** Loads a PEFT directory (`adapter_config.json`, `adapter_model.safetensors`). */
  load(
    spec: {
      readonly name: string;
      readonly kind: 'session' | 'workspace';
      readonly directory: string;
    },
    signal?: AbortSignal,
  ): Promise<AdapterInfo>;
  /** Writes a PEFT directory that PEFT loads unchanged. */
  save(spec: { readonly name: string; readonly directory: string }): Promise<void>;
  /** Back to zero effect (B = 0, fresh A from the seed). */
  reset(name: string): Promise<AdapterInfo>;
  /** Forgets the in-memory adapter; files are kept. Opens no model for it. */
  drop(name: string): Promise<void>;
}

/** One version of a workspace adapter, oldest first in lists. */
export interface WorkspaceAdapterVersion {
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly updates: number;
  readonly current: boolean;
}

export interface WorkspaceAdapterState {
  /** Base model and versions; version 0 (nothing learnt) is not listed. */
  readonly key: string;
  readonly versions: readonly WorkspaceAdapterVersion[];
  /** Accepted pairs kept for replay. */
  readonly accepted: number;
  /** Damaged files that were set aside: sentences for the developer. */
  readonly notices: readonly string[];
}

/** The same with where it lies, a folder of the machine the model runs on, and its size on disk. */
export interface WorkspaceAdapterFiles extends WorkspaceAdapterState {
  readonly directory: string;
  readonly bytes: number;
}

export interface AcceptReport {
  readonly report: UpdateReport;
  /** The new version; absent when the update was rolled back. */
  readonly version?: number;
  readonly notices: readonly string[];
}

/**
 * The persistent adapter of a workspace folder and a base model (adaptation §6). It lives where the model runs; `key` names
 * the workspace folder there (a digest; letters, digits, `-`). Every change is atomic and makes a new version.
 */
export interface WorkspaceAdapters {
  /**
   * Loads the current version under the adapter name `name`.
   * @returns loaded: false when nothing was learnt yet; the base model is then used as it is.
   */
  open(
    spec: { readonly key: string; readonly name: string },
    signal?: AbortSignal,
  ): Promise<{ readonly loaded: boolean; readonly state: WorkspaceAdapterState }>;
  /** One r = +1 update on the clean context and the accepted answer, kept only if the canaries hold. */
  accept(
    spec: {
      readonly key: string;
      readonly name: string;
      readonly promptTokens: readonly number[];
      readonly responseTokens: readonly number[];
    },
    signal: AbortSignal,
  ): Promise<AcceptReport>;
  state(key: string): Promise<WorkspaceAdapterState>;
  /** Back to the version before the current one. */
  revert(key: string): Promise<WorkspaceAdapterState>;
  /** Writes the current version as a PEFT directory. */
  export(spec: { readonly key: string; readonly directory: string }): Promise<void>;
  /** Forgets everything learnt for this workspace: the files are set aside, not deleted. */
  reset(key: string): Promise<WorkspaceAdapterState>;
}
