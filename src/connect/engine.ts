import type { ModelInfo } from '../policy/model-info.ts';
import type { OpenProgress } from '../policy/open-options.ts';
import type { Policy } from '../policy/policy.ts';
import type { WorkspaceAdapterStore } from '../policy/workspace-adapters.ts';
import type { PolicySettings } from './settings.ts';

type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What an engine reports while it opens a model, and as long as the model is open. */
export interface ConnectHooks {
  progress?(progress: OpenProgress): void;
  /** What the engine has to say. */
  log?(level: LogLevel, text: string): void;
  /** Starts, ends and stray output of a model process. */
  trace?(level: LogLevel, text: string): void;
}

/** A model that is open until `close`. */
export interface OpenedPolicy {
  readonly policy: Policy;
  /** What was opened, in a sentence. */
  readonly description: string;
  /** A checkpoint that Retune itself has opened. */
  readonly checkpoint?: ModelInfo;
  /** A model that is served elsewhere. */
  readonly served?: {
    /** Its name there. */
    readonly model: string;
    /** Host and port that receive the prompts, with code of the workspace in them. */
    readonly host: string;
  };
  /** Resolves when requests will be answered at once, also after the model's process has ended. */
  ready(signal: AbortSignal): Promise<void>;
  /** Releases everything. Never rejects. */
  close(): Promise<void>;
}

/** For the developer, before anything is sent. */
export function servedNotice({ model, host }: NonNullable<OpenedPolicy['served']>): string {
  return `The model ${model} is served by ${host}, which receives the prompts: your request, code of the workspace and test results.`;
}

/** What was learnt in workspace folders with one model, which is not opened for it. */
export interface OpenedStore {
  readonly store: WorkspaceAdapterStore;
  close(): Promise<void>;
}

/** Something that runs models: a row of the table `engines`. */
export interface Engine {
  /** How settings name it. */
  readonly name: string;
  /** Completes `--engine …` in help texts and errors: `local`, `NAME:URL`. */
  readonly usage: string;
  /** What the setting `model` names. */
  readonly models: 'checkpoint directories' | 'served models';
  /**
   * @param address what follows the name and a colon; '' where nothing does
   * @throws RetuneError why the model cannot be opened; nothing of it is left then
   */
  open(settings: PolicySettings, address: string, hooks: ConnectHooks, signal: AbortSignal): Promise<OpenedPolicy>;
  /** Only of engines that keep what they learn. */
  openStore?(settings: PolicySettings, hooks: ConnectHooks, signal: AbortSignal): Promise<OpenedStore>;
}
