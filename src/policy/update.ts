import type { AdapterSelection } from './adapters.ts';

/** How the direction of a step is found. */
export type Solver = 'one-step' | 'gauss-newton';

/** How a step is computed and how far it may go. */
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

/** One step of an adapter from an answer and its reward. */
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
  readonly rehearsal?: readonly {
    readonly promptTokens: readonly number[];
    readonly responseTokens: readonly number[];
  }[];
  readonly options?: UpdateOptions;
}

/** Which check of the trust region refused a step. */
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
