import type { Dtype } from '../../policy/dtype.ts';

/**
 * Converted weights as they lie in the cache: one flat file that onnxruntime mmaps as external data, and a table of tensors.
 * Names are Hugging Face's (`model.layers.0.self_attn.q_proj.weight`), layout is [out, in].
 */

export type Storage = { readonly kind: 'fp32' } | QuantisedStorage;

/**
 * MatMulNBits' layout: value = scale · (code − zero point) + offset, zero point 8 (4 bits) or 128 (8 bits); in 4 bits the
 * low nibble is the even index. One scale for each block of values, and one offset where there are any.
 */
export interface QuantisedStorage {
  readonly kind: 'quantised';
  readonly bits: 4 | 8;
  readonly block: 16 | 32 | 64 | 128;
  readonly offsets?: true;
}

export interface FileRange {
  /** Byte offset in the weights file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface WeightEntry {
  /** [out, in] for linears and embeddings, [n] for norms and biases. */
  readonly shape: readonly number[];
  readonly storage: Storage;
  /** fp32 values, or packed u8 [out, in/block, block·bits/8]. */
  readonly data: FileRange;
  /** fp32 [out · in/block], only when quantised. */
  readonly scales?: FileRange;
  /** fp32 [out · in/block], only when quantised with offsets. */
  readonly offsets?: FileRange;
  /** Frobenius norm of the (dequantised) matrix: the trust region's ‖W‖_F. */
  readonly norm: number;
}

export interface PreparedWeights {
  /** Absolute directory of the cache entry; onnx files that use it as external data must lie in it. */
  readonly directory: string;
  /** File name inside `directory`. */
  readonly file: string;
  readonly entries: ReadonlyMap<string, WeightEntry>;
  /** Digest of sources, dtype and format version. */
  readonly key: string;
}

export interface WeightOptions {
  /**
   * `int4` and `int8` quantise linears and embeddings; those that the model's files hold in up to 4 or 8 bits stay as they are.
   * Norms and biases are always fp32.
   */
  readonly dtype: Dtype;
  /** int4: 32 (default), 64 or 128. int8: 32. */
  readonly block?: 32 | 64 | 128;
}
