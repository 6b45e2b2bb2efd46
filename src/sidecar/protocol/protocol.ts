import { NotificationType, ProgressType, RequestType } from 'vscode-jsonrpc/node';
import type { AdapterInfo } from '../../policy/adapters.ts';
import type { DoctorReport } from '../../policy/doctor.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import type { ProviderChoice } from '../../policy/provider.ts';
import type { RetuneErrorJson } from '../../shared/errors/retune-error.ts';

/** Both sides must speak the same version; any incompatible change of this file raises it. */
export const protocolVersion = 3;

/** What a failed request carries in `ResponseError.data`: the fields of a RetuneError, without its cause. */
export type WireError = RetuneErrorJson;

/** Names a model for the life of the connection and across restarts of the sidecar; chosen by the client. */
export interface ModelRef {
  readonly model: string;
}

export interface InitializeParams {
  readonly protocolVersion: number;
  /** For the log, for example `retune-cli 0.1.0`. */
  readonly client: string;
  /** Where adapters survive a crash or an idle stop. Absent: the sidecar makes a directory and says which. */
  readonly stateDirectory?: string;
  /** Where the rotating log file is kept. Absent: no file. */
  readonly logDirectory?: string;
}

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly processId: number;
  readonly node: string;
  readonly platform: string;
  readonly stateDirectory: string;
}

/** Must be the first request. Refused with `sidecar.version-mismatch` when the versions differ. */
export const Initialize = {
  method: 'initialize',
  type: new RequestType<InitializeParams, InitializeResult, WireError>('initialize'),
} as const;

/** Ends the process after the answer. Adapters stay in the state directory unless `discardState` is set. */
export const Shutdown = {
  method: 'shutdown',
  type: new RequestType<{ readonly discardState: boolean }, null, WireError>('shutdown'),
} as const;

export interface Health {
  /** `none`: not started yet, or ended and not needed since. */
  readonly worker: 'none' | 'idle' | 'busy';
  readonly openModels: readonly string[];
  /** Requests that wait or run in the worker. */
  readonly pending: number;
  /** Resident set size of the process, bytes. */
  readonly residentBytes: number;
  readonly uptimeMs: number;
}

/** Answered by the main thread at once, even while a native run blocks the worker. */
export const HealthPing = {
  method: 'health',
  type: new RequestType<Record<string, never>, Health, WireError>('health'),
} as const;

export interface OpenParams extends ModelRef {
  readonly options: OpenModelOptions;
  /** Load the adapters this model had when the sidecar or its worker ended. */
  readonly restore: boolean;
  readonly progressToken?: string;
}

export interface OpenResult {
  readonly info: ModelInfo;
  readonly adapters: readonly AdapterInfo[];
  /** Adapters that could not be restored; their files were set aside, not deleted. */
  readonly lost: readonly { readonly name: string; readonly why: string }[];
}

/** Opens a checkpoint under a name; reports its stages as progress. */
export const ModelOpen = {
  method: 'model/open',
  type: new RequestType<OpenParams, OpenResult, WireError>('model/open'),
  progress: new ProgressType<OpenProgress>(),
} as const;

/** Releases a model's memory and forgets its adapters, in memory and in the state directory. */
export const ModelClose = {
  method: 'model/close',
  type: new RequestType<ModelRef, null, WireError>('model/close'),
} as const;

/** Describes an open model; answered by the main thread. What a model does is asked by the methods of `methods.ts`. */
export const ModelDescribe = {
  method: 'model/info',
  type: new RequestType<ModelRef, ModelInfo, WireError>('model/info'),
} as const;

export interface DoctorParams {
  readonly provider?: ProviderChoice;
  readonly directory?: string;
}

/** Runtime, providers, self-test, memory and, when a directory is given, the model in it. */
export const Doctor = {
  method: 'doctor',
  type: new RequestType<DoctorParams, DoctorReport, WireError>('doctor'),
} as const;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** A line for the client's log; never needed for correctness. */
export const Log = {
  method: 'log',
  type: new NotificationType<{ readonly level: LogLevel; readonly message: string }>('log'),
} as const;

/** Sent when the worker starts, becomes busy or idle, or ends. */
export const HealthChanged = {
  method: 'health/changed',
  type: new NotificationType<Health>('health/changed'),
} as const;
