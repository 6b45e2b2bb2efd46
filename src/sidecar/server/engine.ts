import type { LocalModel } from '../../engine/runtime/local-model-types.ts';
import type { DoctorReport, OpenModelOptions, OpenProgress } from '../../shared/model-types.ts';
import type { DoctorParams } from '../protocol/protocol.ts';

/** What the worker needs of the engine. */
export interface Engine {
  openModel(
    options: OpenModelOptions,
    hooks: { readonly onProgress?: (progress: OpenProgress) => void },
    signal: AbortSignal,
  ): Promise<LocalModel>;
  diagnose(options: DoctorParams): Promise<DoctorReport>;
}

/** Loaded on the first request that needs it, so that a missing native library is an answer and not a crash. */
export type LoadEngine = () => Promise<Engine>;
