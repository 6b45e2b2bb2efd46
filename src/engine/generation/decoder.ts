import type { EffectiveAdapter } from '../graph/lora.ts';

/**
 * The numeric side of generation: a KV cache for B sequences and one forward pass at a time.
 * A run is synchronous native work and cannot be interrupted, so callers keep prefill chunks small and check for
 * cancellation between runs.
 */
export interface Decoder {
  /** V */
  readonly vocabSize: number;
  /** Tokens one sequence may hold (prompt and response). */
  readonly maxPositions: number;
  /** Maximum number of tokens that one `run` of a single sequence may be given (WebGPU may be limited to 31). */
  readonly prefillChunk: number;
  /** Opens an empty cache, one sequence per adapter (undefined = base weights). All adapters must have one rank. */
  open(adapters: readonly (EffectiveAdapter | undefined)[]): Promise<DecodeState>;
}

export interface DecodeState {
  readonly sequences: number;
  /** Tokens in the cache of this sequence. */
  length(sequence: number): number;
  /** Forgets all tokens from `length` on. */
  truncate(sequence: number, length: number): void;
  /**
   * Appends tokens and returns the logits after the last token of each sequence.
   * Either one sequence with any number of tokens (prefill), or several with exactly one token each (decode).
   * @returns fp32 [sequences.length, V], valid until the next run or `dispose`: their memory is freed then.
   */
  run(sequences: readonly number[], tokens: readonly (readonly number[])[]): Promise<Float32Array>;
  /** Frees the cache: every length is 0 from then on, and `run` throws. */
  dispose(): void;
}
