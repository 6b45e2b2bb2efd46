import type { Action } from '../shared/errors/actions.ts';
import type { Dtype } from './dtype.ts';
import type { MemoryEstimate } from './model-info.ts';
import type { ProviderName } from './provider.ts';

/** What `retune doctor` found. Plain JSON; a part that could not be examined is absent and named in `problems`. */
export interface DoctorReport {
  /** Retune's and Node's version, and `platform-arch`. */
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: {
    readonly model: string;
    readonly physicalCores: number;
    /** How many an open model uses unless told otherwise. */
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

/** One provider, with its self-test and its speed where it is available. */
export interface DoctorProvider {
  readonly provider: ProviderName;
  readonly available: boolean;
  readonly reason: string;
  /** Maximum number of tokens of one sequence per run; absent when the provider is not available. */
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
  /** What the remedy means; absent in reports of older releases. */
  readonly actions?: readonly Action[];
}
