import { randomUUID } from 'node:crypto';
import type { RequestType } from 'vscode-jsonrpc/node';
import type { DoctorReport } from '../../policy/doctor.ts';
import type { OpenModelOptions, OpenProgress } from '../../policy/open-options.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import * as protocol from '../protocol/protocol.ts';
import { abortable } from './abortable.ts';
import type { Caller, CallOptions } from './caller.ts';
import { CrashHistory } from './crash-history.ts';
import { crashLoop, isModelGone, stopped } from './errors.ts';
import { handshakeMs, type LaunchOptions, planLaunch } from './launch.ts';
import { OpenModels, type RememberedModel } from './open-models.ts';
import { type RemotePolicy, remotePolicy } from './remote-policy.ts';
import { send } from './send.ts';
import { type ProcessHooks, SidecarProcess } from './sidecar-process.ts';

export interface SidecarClientOptions extends LaunchOptions {
  /** For the sidecar's log. */
  readonly clientName: string;
  /** Where the sidecar keeps adapters across crashes and idle stops; a path of the machine it runs on. */
  readonly stateDirectory?: string;
  readonly logDirectory?: string;
  /** Default {@link handshakeMs}. */
  readonly handshakeTimeoutMs?: number;
  /** Default 10 000 and 60 000. */
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  /** Time without requests after which the process is stopped, in ms; the next one starts it again. Default: never. */
  readonly idleStopMs?: number;
}

export type SidecarState = 'stopped' | 'starting' | 'running' | 'crashed' | 'failed';

export interface SidecarClientHooks {
  log?(level: protocol.LogLevel, message: string): void;
  /** What the process printed outside the protocol, piece by piece. */
  output?(text: string): void;
  health?(health: protocol.Health): void;
  /** `failed`: a crash loop; nothing starts until `restart()`. */
  state?(state: SidecarState, error?: RetuneError): void;
}

/** A running process and the models in it. */
interface Connection {
  readonly process: SidecarProcess;
  readonly ready: Promise<protocol.InitializeResult>;
  readonly models: OpenModels;
}

const crashLimit = 3;
const crashWindowMs = 60_000;
const shutdownMs = 3000;
/** Ends that count towards a crash loop; a command that does not exist or another version fails the same way each time. */
const crashCodes = new Set(['sidecar.crashed', 'sidecar.hung', 'sidecar.garbled']);

/**
 * Starts the sidecar when it is needed and again when it has ended. Opened models are remembered and opened again,
 * with their adapters, before the next request that names them. Everything rejects with a RetuneError.
 */
export class SidecarClient implements Caller {
  readonly #options: SidecarClientOptions;
  readonly #hooks: SidecarClientHooks;
  readonly #models = new Map<string, RememberedModel>();
  readonly #crashes = new CrashHistory(crashLimit, crashWindowMs);
  #stateDirectory: string | undefined;
  #connection: Connection | undefined;
  /** The end of the last process; the next one starts after it, so that two never share the state directory. */
  #ending: Promise<unknown> = Promise.resolve();
  #failure: RetuneError | undefined;
  #disposed = false;
  #active = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: SidecarClientOptions, hooks: SidecarClientHooks = {}) {
    this.#options = options;
    this.#hooks = hooks;
    this.#stateDirectory = options.stateDirectory;
  }

  /** @returns the model as a policy; it stays usable across restarts of the sidecar until it is closed. */
  async openModel(
    options: OpenModelOptions,
    hooks: { readonly onProgress?: (progress: OpenProgress) => void },
    signal: AbortSignal,
  ): Promise<RemotePolicy> {
    const model = randomUUID();
    const { info } = await this.#tracked(async () => {
      const connection = await this.#start(signal);
      return connection.models.open(model, options, hooks.onProgress, signal);
    });
    this.#models.set(model, { options, dropped: new Set() });
    return remotePolicy(this, model, info);
  }

  async closeModel(model: string): Promise<void> {
    this.#models.delete(model);
    await this.#connection?.models.close(model);
  }

  /** Waits until the model is open, and opens it again where the process has ended since. */
  async ensureOpen(model: string, signal: AbortSignal): Promise<void> {
    await this.#tracked(async () => {
      const connection = await this.#start(signal);
      await abortable(this.#reopen(connection, model), signal);
    });
  }

  /**
   * Forgets an adapter. Starts no process and opens no model for it: one that is not open has no adapters in memory, and its
   * journal's copy goes when it is opened again.
   */
  async dropAdapter(model: string, name: string): Promise<void> {
    const dropped = this.#models.get(model)?.dropped;
    // First of all, because the process may end meanwhile.
    dropped?.add(name);
    const models = this.#connection?.models;
    if (dropped === undefined || models?.isOpen(model) !== true) return;
    try {
      await this.#tracked(() => models.drop(model, name, new AbortController().signal));
      dropped.delete(name);
    } catch (error) {
      if (isModelGone(error)) return;
      dropped.delete(name);
      throw error;
    }
  }

  doctor(params: protocol.DoctorParams, signal: AbortSignal): Promise<DoctorReport> {
    return this.call(protocol.Doctor.type, () => params, {}, signal);
  }

  /** `undefined` while no process runs. Starts nothing. */
  async health(): Promise<protocol.Health | undefined> {
    return this.#connection?.process.request(protocol.HealthPing.type, {});
  }

  /** A crash loop: nothing starts until `restart()`. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  get processId(): number | undefined {
    return this.#connection?.process.processId;
  }

  /**
   * Sends a request, after starting the process and opening the model where needed.
   * @param params receives the progress token, or undefined without `progress`.
   */
  call<P, R, PR = never>(
    type: RequestType<P, R, protocol.WireError>,
    params: (progressToken: string | undefined) => P,
    options: CallOptions<PR>,
    signal: AbortSignal,
  ): Promise<R> {
    return this.#tracked(async () => {
      try {
        return await this.#callOnce(type, params, options, signal);
      } catch (error) {
        // The worker ended since; the process itself lives and has forgotten its models.
        const { model } = options;
        const forgotten = error instanceof RetuneError && error.code === 'sidecar.model-not-open';
        if (!forgotten || model === undefined || !this.#models.has(model)) throw error;
        this.#connection?.models.forget(model);
        return this.#callOnce(type, params, options, signal);
      }
    });
  }

  /** Ends the process but keeps models and adapters: the next request starts it again. */
  async stop(): Promise<void> {
    await this.#stop(false);
  }

  /** Stops the process, forgets earlier crashes, and lets the next request start it. */
  async restart(): Promise<void> {
    await this.#stop(false);
    this.#failure = undefined;
    this.#crashes.clear();
  }

  /** Ends the process for good and removes its adapters from the state directory. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#stop(true);
  }

  async #callOnce<P, R, PR>(
    type: RequestType<P, R, protocol.WireError>,
    params: (progressToken: string | undefined) => P,
    { model, progress }: CallOptions<PR>,
    signal: AbortSignal,
  ): Promise<R> {
    const connection = await this.#start(signal);
    if (model !== undefined) await abortable(this.#reopen(connection, model), signal);
    return send(connection.process, type, params, progress, signal);
  }

  #reopen({ models }: Connection, model: string): Promise<protocol.OpenResult> {
    const remembered = this.#models.get(model);
    return remembered === undefined ? Promise.reject(stopped()) : models.reopen(model, remembered);
  }

  async #start(signal: AbortSignal): Promise<Connection> {
    throwIfCancelled(signal);
    if (this.#disposed) throw stopped();
    if (this.#failure) throw this.#failure;
    if (this.#connection === undefined) await abortable(this.#ending, signal);
    this.#connection ??= this.#launch();
    const connection = this.#connection;
    await abortable(connection.ready, signal);
    return connection;
  }

  #launch(): Connection {
    const options = this.#options;
    this.#hooks.state?.('starting');
    const process = this.#spawn({
      output: (text) => this.#hooks.output?.(text),
      log: (level, message) => this.#hooks.log?.(level, message),
      health: (health) => this.#hooks.health?.(health),
      ended: (error, facts) => {
        if (this.#connection?.process === process) this.#connection = undefined;
        if (error === undefined) {
          this.#hooks.state?.('stopped');
          return;
        }
        if (crashCodes.has(error.code) && this.#crashes.add(Date.now())) {
          this.#failure = crashLoop(this.#crashes.count, crashWindowMs / 1000, facts);
        }
        this.#hooks.state?.(this.#failure ? 'failed' : 'crashed', this.#failure ?? error);
      },
    });
    const ready = process
      .handshake(
        {
          protocolVersion: protocol.protocolVersion,
          client: options.clientName,
          ...(this.#stateDirectory !== undefined && { stateDirectory: this.#stateDirectory }),
          ...(options.logDirectory !== undefined && { logDirectory: options.logDirectory }),
        },
        options.handshakeTimeoutMs ?? handshakeMs(options),
      )
      .then((result) => {
        this.#stateDirectory = result.stateDirectory;
        process.watch(options.pingIntervalMs ?? 10_000, options.pingTimeoutMs ?? 60_000);
        this.#hooks.state?.('running');
        return result;
      });
    // Whoever waits for it gets the error; nobody may be waiting any more.
    ready.catch((error: unknown) => this.#hooks.log?.('error', String(error)));
    return { process, ready, models: new OpenModels(process, (level, message) => this.#hooks.log?.(level, message)) };
  }

  /** @throws RetuneError `sidecar.cannot-start` */
  #spawn(hooks: ProcessHooks): SidecarProcess {
    try {
      return new SidecarProcess(planLaunch(this.#options), hooks);
    } catch (error) {
      if (error instanceof RetuneError) this.#hooks.state?.('crashed', error);
      throw error;
    }
  }

  async #stop(discardState: boolean): Promise<void> {
    clearTimeout(this.#idleTimer);
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) this.#ending = connection.process.shutdown(discardState, shutdownMs);
    await this.#ending;
  }

  /** Work in progress keeps the idle timer away. */
  async #tracked<T>(work: () => Promise<T>): Promise<T> {
    this.#active++;
    clearTimeout(this.#idleTimer);
    try {
      return await work();
    } finally {
      this.#active--;
      const { idleStopMs } = this.#options;
      if (this.#active === 0 && idleStopMs !== undefined && !this.#disposed) {
        this.#idleTimer = setTimeout(() => void this.stop(), idleStopMs).unref();
      }
    }
  }
}
