import type { Dtype } from './dtype.ts';
import type { PolicyInfo } from './policy.ts';
import type { ProviderName } from './provider.ts';

/** Bytes of memory that a model needs. */
export interface MemoryEstimate {
  /** Resident weights; on top of them, decoding (prepacked copies, keys and values of the given context), and the peak of an update. */
  readonly weights: number;
  readonly decode: number;
  readonly update: number;
  /** What the operating system says is available now. */
  readonly available: number;
}

/** A checkpoint that is open. */
export interface ModelInfo extends PolicyInfo {
  /** Absolute path of the checkpoint directory, or of the GGUF file. */
  readonly directory: string;
  readonly architecture: string;
  readonly parameters: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
  readonly tiedEmbeddings: boolean;
  readonly dtype: Dtype;
  readonly block?: number;
  /** What really runs, and why not something better. */
  readonly provider: ProviderName;
  readonly providerReason: string;
  readonly threads: number;
  readonly hasChatTemplate: boolean;
  /** The model writes its thoughts before its answer. */
  readonly thinks: boolean;
  /** The version of our prompts that the model was trained on; absent for a model that knows none of them. */
  readonly trainedPrompts?: number;
  readonly memory: MemoryEstimate;
  readonly loadMs: number;
  /** Whether the converted weights were already in the cache. */
  readonly warmCache: boolean;
}
