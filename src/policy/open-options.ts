import type { Dtype } from './dtype.ts';
import type { ProviderChoice } from './provider.ts';

/** How a checkpoint is opened. */
export interface OpenModelOptions {
  /** Path of a checkpoint directory in Hugging Face layout, of a GGUF file, or of a directory with one. */
  readonly directory: string;
  /** Default int8. Matrices that a GGUF file holds in up to that many bits stay exactly as they are. */
  readonly dtype?: Dtype;
  /** Quantisation block; int4: 32 (default), 64, 128; int8: 32. */
  readonly block?: 32 | 64 | 128;
  /** Default auto. */
  readonly provider?: ProviderChoice;
  /** Where converted weights are kept. Default: the user's cache directory (`defaultCacheDirectory()`). */
  readonly cacheDirectory?: string;
  /** Intra-op threads. Default: physical cores less one, at least one. */
  readonly threads?: number;
  /** Context limit in tokens, at most the model's own. Default: the model's own, capped at 32768. */
  readonly contextLength?: number;
  /** Recompute each layer in the backward pass of an update: slower, with less memory. Default: when memory is short. */
  readonly layerCheckpointing?: boolean;
  /** Load although the memory estimate says it will not fit. */
  readonly ignoreMemory?: boolean;
}

/** Progress of opening a model. */
export interface OpenProgress {
  readonly stage: 'reading' | 'converting' | 'building' | 'loading' | 'self-test';
  /** 0…1 within the stage, when known. */
  readonly fraction?: number;
}
