import type { UpdateReport } from './update.ts';

/** One version of a workspace adapter; lists have the oldest first. */
export interface WorkspaceAdapterVersion {
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly updates: number;
  readonly current: boolean;
}

/** What was learnt in a workspace folder with one base model. */
export interface WorkspaceAdapterState {
  /** Base model and versions; version 0 (nothing learnt) is not listed. */
  readonly key: string;
  readonly versions: readonly WorkspaceAdapterVersion[];
  /** Number of accepted answers kept as rehearsal. */
  readonly accepted: number;
  /** Sentences for the developer about damaged files that were set aside. */
  readonly notices: readonly string[];
}

/** The same with its folder, on the machine that the model runs on, and its size on disk in bytes. */
export interface WorkspaceAdapterFiles extends WorkspaceAdapterState {
  readonly directory: string;
  readonly bytes: number;
}

/** What learning an accepted answer did. */
export interface AcceptReport {
  readonly report: UpdateReport;
  /** The new version; absent when the update was rolled back. */
  readonly version?: number;
  readonly notices: readonly string[];
}

/** What was learnt for workspace folders, as files: looked at and changed without a model in memory. */
export interface WorkspaceAdapterStore<State extends WorkspaceAdapterState = WorkspaceAdapterFiles> {
  state(key: string): Promise<State>;
  /** Back to the version before the current one. */
  revert(key: string): Promise<State>;
  /** Writes the current version as a PEFT directory. */
  export(spec: { readonly key: string; readonly directory: string }): Promise<void>;
  /** Forgets everything learnt for this workspace: the files are set aside, not deleted. */
  reset(key: string): Promise<State>;
}

/**
 * The persistent adapter of a workspace folder and a base model (adaptation §6). It lives where the model runs; `key` names
 * the workspace folder there (a digest; letters, digits, `-`). Every change is atomic and makes a new version.
 */
export interface WorkspaceAdapters extends WorkspaceAdapterStore<WorkspaceAdapterState> {
  /**
   * Loads the current version under the adapter name `name`.
   * @returns loaded: false when nothing was learnt yet; the base model is then used.
   */
  open(
    spec: { readonly key: string; readonly name: string },
    signal?: AbortSignal,
  ): Promise<{ readonly loaded: boolean; readonly state: WorkspaceAdapterState }>;
  /** One r = +1 update on the clean context and the accepted answer, kept only if the canaries hold. */
  accept(
    spec: {
      readonly key: string;
      readonly name: string;
      readonly promptTokens: readonly number[];
      readonly responseTokens: readonly number[];
    },
    signal: AbortSignal,
  ): Promise<AcceptReport>;
}
