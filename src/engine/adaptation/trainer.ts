import type { EffectiveAdapter } from '../graph/lora.ts';

/** One (context, response) pair by exact tokens. R = response.length, T = prompt.length + response.length. */
export interface TokenPair {
  readonly prompt: readonly number[];
  readonly response: readonly number[];
}

/** A model's view of a response: everything per response position, temperature 1, fp32. */
export interface Evaluation {
  /** log π(y_i) [R] */
  readonly logProb: Float32Array;
  /** Entropy of π_i in nat [R] */
  readonly entropy: Float32Array;
  /** log π_i(v) [R, V]; only when asked for (R·V·4 bytes). */
  readonly distribution?: Float32Array;
  /** KL(reference ‖ π_i) [R]; only when a reference was given. */
  readonly divergence?: Float32Array;
}

export interface EvaluationOptions {
  readonly distribution: boolean;
  /** Log-probabilities [R, V] that π is compared with, for example those before an update. */
  readonly reference?: Float32Array;
}

/** The residual's ingredients (adaptation §2): b_i = m_i·r/β already masked and clamped, and whether to centre. */
export interface ResidualOptions {
  readonly b: Float32Array;
  readonly centering: boolean;
}

/**
 * The numeric side of adaptation. θ is the effective adapter (all active ranks, scales folded in);
 * gradients and tangents are flat vectors with the same layout.
 */
export interface Trainer {
  evaluate(pair: TokenPair, adapter: EffectiveAdapter | undefined, options: EvaluationOptions): Promise<Evaluation>;
  /** g = Σ_i G_iᵀ R̃_i, the ascent direction (θ += step·g moves towards the target), with the evaluation at θ. */
  gradient(
    pair: TokenPair,
    adapter: EffectiveAdapter,
    residual: ResidualOptions,
    options: { readonly distribution: boolean },
  ): Promise<{ readonly gradient: Float32Array; readonly evaluation: Evaluation }>;
  /** F·v = Σ_i G_iᵀ (diag π_i − π_i π_iᵀ) G_i · v: one forward, one JVP and one VJP in a single graph run. */
  fisherProduct(pair: TokenPair, adapter: EffectiveAdapter, v: Float32Array): Promise<Float32Array>;
}
