import { NotificationType, ProgressType, RequestType } from 'vscode-jsonrpc/node';
import type { AdapterInfo } from '../../policy/adapters.ts';
import type { DoctorReport } from '../../policy/doctor.ts';
import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import type { Prompt } from '../../policy/prompt.ts';
import type { ProviderChoice } from '../../policy/provider.ts';
import type { Score, ScoreRequest } from '../../policy/score.ts';
import type { UpdateReport, UpdateRequest } from '../../policy/update.ts';
import type { AcceptReport, WorkspaceAdapterFiles } from '../../policy/workspace-adapters.ts';
import type { RetuneErrorJson } from '../../shared/errors/retune-error.ts';

/** Both sides must speak the same version; any incompatible change of this file raises it. */
export const PROTOCOL_VERSION = 3;

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

/** Describes an open model; answered by the main thread. */
export const ModelDescribe = {
  method: 'model/info',
  type: new RequestType<ModelRef, ModelInfo, WireError>('model/info'),
} as const;

export interface GenerateParams extends ModelRef {
  readonly request: GenerateRequest;
  readonly progressToken?: string;
}

/** Generates; events stream as progress in order. A cancelled generation resolves with finish `cancelled`. */
export const ModelGenerate = {
  method: 'model/generate',
  type: new RequestType<GenerateParams, Generation, WireError>('model/generate'),
  progress: new ProgressType<GenerationEvent>(),
} as const;

/** Decodes several sequences together, without streaming. */
export const ModelGenerateBatch = {
  method: 'model/generateBatch',
  type: new RequestType<ModelRef & { readonly requests: readonly GenerateRequest[] }, readonly Generation[], WireError>(
    'model/generateBatch',
  ),
} as const;

/** Tokens of a prompt as a generation would see it; waits for no other request and runs no model. */
export const ModelCountTokens = {
  method: 'model/countTokens',
  type: new RequestType<ModelRef & { readonly prompt: Prompt }, number, WireError>('model/countTokens'),
} as const;

/** Log-probabilities of a given completion. */
export const ModelScore = {
  method: 'model/score',
  type: new RequestType<ModelRef & { readonly request: ScoreRequest }, Score, WireError>('model/score'),
} as const;

/** One parametric step. An accepted update is written to the state directory before the answer is sent. */
export const ModelUpdate = {
  method: 'model/update',
  type: new RequestType<ModelRef & { readonly request: UpdateRequest }, UpdateReport, WireError>('model/update'),
} as const;

/** The adapters in memory; answered by the main thread. */
export const AdaptersList = {
  method: 'adapters/list',
  type: new RequestType<ModelRef, readonly AdapterInfo[], WireError>('adapters/list'),
} as const;

export interface AdapterCreateParams extends ModelRef {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly rank?: number;
  readonly alpha?: number;
  readonly seed?: number;
}

/** A new adapter without effect. */
export const AdaptersCreate = {
  method: 'adapters/create',
  type: new RequestType<AdapterCreateParams, AdapterInfo, WireError>('adapters/create'),
} as const;

export interface AdapterLoadParams extends ModelRef {
  readonly name: string;
  readonly kind: 'session' | 'workspace';
  readonly directory: string;
}

/** Loads a PEFT directory; the path is one of the machine the sidecar runs on. */
export const AdaptersLoad = {
  method: 'adapters/load',
  type: new RequestType<AdapterLoadParams, AdapterInfo, WireError>('adapters/load'),
} as const;

/** Writes a PEFT directory; the path is one of the machine the sidecar runs on. */
export const AdaptersSave = {
  method: 'adapters/save',
  type: new RequestType<ModelRef & { readonly name: string; readonly directory: string }, null, WireError>(
    'adapters/save',
  ),
} as const;

/** Back to zero effect. */
export const AdaptersReset = {
  method: 'adapters/reset',
  type: new RequestType<ModelRef & { readonly name: string }, AdapterInfo, WireError>('adapters/reset'),
} as const;

/** Forgets an adapter in memory and in the state directory; PEFT directories that were saved are kept. */
export const AdaptersDrop = {
  method: 'adapters/drop',
  type: new RequestType<ModelRef & { readonly name: string }, null, WireError>('adapters/drop'),
} as const;

interface WorkspaceRef extends ModelRef {
  /** Names the workspace folder: letters, digits, `-`. */
  readonly key: string;
}

export interface WorkspaceOpenParams extends WorkspaceRef {
  /** The adapter's name in memory. */
  readonly name: string;
}

export interface WorkspaceOpenResult {
  readonly loaded: boolean;
  readonly state: WorkspaceAdapterFiles;
}

/** Loads what was learnt for a workspace folder under a name, which a crash does not lose. */
export const WorkspaceOpen = {
  method: 'workspace/open',
  type: new RequestType<WorkspaceOpenParams, WorkspaceOpenResult, WireError>('workspace/open'),
} as const;

export interface WorkspaceAcceptParams extends WorkspaceOpenParams {
  readonly promptTokens: readonly number[];
  readonly responseTokens: readonly number[];
}

/** Learns an accepted answer. The new version is on disk before the answer is sent. */
export const WorkspaceAccept = {
  method: 'workspace/accept',
  type: new RequestType<WorkspaceAcceptParams, AcceptReport, WireError>('workspace/accept'),
} as const;

/** An open model, or the directory of a checkpoint, which is then not opened: its adapters are found by its content. */
export type WorkspaceFilesRef = { readonly key: string } & (ModelRef | { readonly checkpoint: string });

/** What was learnt for a workspace folder. */
export const WorkspaceState = {
  method: 'workspace/state',
  type: new RequestType<WorkspaceFilesRef, WorkspaceAdapterFiles, WireError>('workspace/state'),
} as const;

/** Back to the version before. Adapters loaded from it follow. */
export const WorkspaceRevert = {
  method: 'workspace/revert',
  type: new RequestType<WorkspaceFilesRef, WorkspaceAdapterFiles, WireError>('workspace/revert'),
} as const;

/** Writes the current version as a PEFT directory; the path is one of the machine the sidecar runs on. */
export const WorkspaceExport = {
  method: 'workspace/export',
  type: new RequestType<WorkspaceFilesRef & { readonly directory: string }, null, WireError>('workspace/export'),
} as const;

/** Sets everything aside that was learnt; a notice says where it is now. Loaded adapters lose their effect. */
export const WorkspaceReset = {
  method: 'workspace/reset',
  type: new RequestType<WorkspaceFilesRef, WorkspaceAdapterFiles, WireError>('workspace/reset'),
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
