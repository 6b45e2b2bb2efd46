import type { TensorEncoding } from './tensor-encoding.ts';

/** One of the files that a model's weights lie in: its header was validated, its tensors' bytes are read on demand. */
export interface WeightFile {
  readonly path: string;
  /** What stands for the file in keys and records; the content of equal names is compared. */
  readonly name: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Time of last modification in nanoseconds, decimal. */
  readonly modified: string;
  /** sha256 (hex) of the header. */
  readonly headerDigest: string;
  /** sha256 (hex) of the whole file, where its store says so. */
  readonly digest?: string;
  /** In the order of their bytes, which do not overlap. */
  readonly tensors: readonly StoredTensor[];
}

export interface StoredTensor {
  /** Hugging Face's. */
  readonly name: string;
  /** [out, in] of a linear, [n] of a norm or a bias. */
  readonly shape: readonly number[];
  /** Byte offset from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
  /** Undefined when the values cannot be read, which is tolerated in tensors that nobody needs. */
  readonly encoding: TensorEncoding | undefined;
  /** As the file names it, for messages. */
  readonly dtype: string;
  /** Rows of one head when the two halves of each head's rows alternate; they are brought behind each other when read. */
  readonly interleaved?: number;
}
