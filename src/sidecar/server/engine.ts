import type { LocalModel } from '../../engine/runtime/local-model-types.ts';
import type { DoctorReport } from '../../policy/doctor.ts';
import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import type { WorkspaceAdapterStore } from '../../policy/workspace-adapters.ts';
import type { DoctorParams } from '../protocol/protocol.ts';

/** What the worker needs of the engine. */
export interface Engine {
  openModel(
    options: OpenModelOptions,
    hooks: { readonly onProgress?: (progress: OpenProgress) => void; readonly adaptersDirectory?: string },
    signal: AbortSignal,
  ): Promise<LocalModel>;
  /** What was learnt for workspace folders with a checkpoint that is not opened. */
  openWorkspaceFiles(
    checkpoint: string,
    adaptersDirectory: string,
    signal: AbortSignal,
  ): Promise<WorkspaceAdapterStore>;
  diagnose(options: DoctorParams): Promise<DoctorReport>;
}

/** Loaded on the first request that needs it, so that a missing native library is an answer and not a crash. */
export type LoadEngine = () => Promise<Engine>;
