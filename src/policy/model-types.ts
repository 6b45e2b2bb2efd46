/** Plain-JSON descriptions of a loaded model, its runtime and its host; shared by engine, sidecar and CLI. */

export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export type ProviderChoice = 'auto' | ProviderName;
export type Dtype = 'fp32' | 'int8' | 'int4';

export interface OpenModelOptions {
  /** Checkpoint directory in Hugging Face layout. */
  readonly directory: string;
  /** Default int8. */
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
  /** Trade time for memory in updates: recompute each layer in the backward pass. Default: when memory is short. */
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

export interface MemoryEstimate {
  /** Bytes: weights resident, decode session extra (prepacked copies, KV cache at the given context), update peak on top. */
  readonly weights: number;
  readonly decode: number;
  readonly update: number;
  /** What the operating system says is available now. */
  readonly available: number;
}

export interface ModelInfo {
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
  readonly contextLength: number;
  readonly tiedEmbeddings: boolean;
  readonly dtype: Dtype;
  readonly block?: number;
  /** What really runs, and why not something better. */
  readonly provider: ProviderName;
  readonly providerReason: string;
  readonly threads: number;
  readonly hasChatTemplate: boolean;
  readonly memory: MemoryEstimate;
  readonly loadMs: number;
  /** Whether the converted weights were already in the cache. */
  readonly warmCache: boolean;
}

/** What `retune doctor` found. Plain JSON; a part that could not be examined is absent and named in `problems`. */
export interface DoctorReport {
  /** Retune's and Node's version, and `platform-arch`. */
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: {
    readonly model: string;
    readonly physicalCores: number;
    /** What a session uses unless told otherwise. */
    readonly threads: number;
  };
  /** Bytes, within the container's limits. */
  readonly memory: { readonly total: number; readonly available: number };
  /** onnxruntime's version; absent when it cannot be loaded. */
  readonly onnxruntime?: string;
  readonly providers: readonly DoctorProvider[];
  /** What `provider` (default `auto`) leads to. */
  readonly chosen?: { readonly provider: ProviderName; readonly reason: string; readonly prefillChunk: number };
  readonly cache: {
    readonly directory: string;
    /** Bytes of converted weights in it; 0 when it does not exist yet. */
    readonly size: number;
    /** Free bytes on its disk. */
    readonly free?: number;
  };
  readonly model?: {
    readonly directory: string;
    readonly architecture: string;
    readonly parameters: number;
    readonly hiddenSize: number;
    readonly layers: number;
    readonly vocabSize: number;
    readonly contextLength: number;
    /** For a context of 4096 tokens (or the model's own, when shorter) and an update of 512 tokens with layer checkpointing. */
    readonly memory: Readonly<Partial<Record<Dtype, MemoryEstimate>>>;
    /** Why the number formats that are absent from `memory` cannot be used, if any. */
    readonly unsuitable?: Readonly<Partial<Record<Dtype, string>>>;
  };
  readonly problems: readonly DoctorProblem[];
}

export interface DoctorProvider {
  readonly provider: ProviderName;
  readonly available: boolean;
  readonly reason: string;
  /** Most tokens of one sequence per run; absent when it is not available. */
  readonly prefillChunk?: number;
  readonly checks?: readonly {
    readonly name: string;
    readonly error: number;
    readonly tolerance: number;
    readonly ok: boolean;
  }[];
  readonly selfTestMs?: number;
  /** Milliseconds for one fixed piece of work on this provider and on the CPU. */
  readonly speed?: { readonly device: number; readonly cpu: number; readonly ratio: number };
}

export interface DoctorProblem {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}
