import { randomUUID } from 'node:crypto';
import type { ProgressType, RequestType } from 'vscode-jsonrpc/node';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { crashLoop, stopped } from '../../shared/errors/sidecar.ts';
import type { DoctorReport, OpenModelOptions, OpenProgress } from '../../shared/model-types.ts';
import { tokenFromSignal } from '../protocol/cancellation.ts';
import * as protocol from '../protocol/protocol.ts';
import { abortable } from './abortable.ts';
import { CrashHistory } from './crash-history.ts';
import { type LaunchOptions, planLaunch } from './launch.ts';
import { RemotePolicy } from './remote-policy.ts';
import { SidecarProcess } from './sidecar-process.ts';

export interface SidecarClientOptions extends LaunchOptions {
  /** For the sidecar's log. */
  readonly clientName: string;
  /** Where the sidecar keeps adapters across crashes and idle stops; a path of the machine it runs on. */
  readonly stateDirectory?: string;
  readonly logDirectory?: string;
  /** Default 30 000; a command that queues for a machine needs more. */
  readonly handshakeTimeoutMs?: number;
  /** Default 10 000 and 60 000. */
  readonly pingIntervalMs?: number;
  readonly pingTimeoutMs?: number;
  /** Stop the process after so long without requests; the next one starts it again. Default: never. */
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

interface Session {
  readonly process: SidecarProcess;
  readonly ready: Promise<protocol.InitializeResult>;
  /** Models open in this very process. */
  readonly opened: Map<string, Promise<protocol.OpenResult>>;
}

export interface CallOptions<PR> {
  readonly model?: string;
  readonly progress?: { readonly type: ProgressType<PR>; readonly on: (value: PR) => void };
}

const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;
const SHUTDOWN_MS = 3000;
/** Ends that count towards a crash loop; a command that does not exist or another version fails the same way each time. */
const CRASHES = new Set(['sidecar.crashed', 'sidecar.hung', 'sidecar.garbled']);

/**
 * Starts the sidecar when it is needed and again when it has ended. Opened models are remembered and opened again,
 * with their adapters, before the next request that names them. Everything rejects with a RetuneError.
 */
export class SidecarClient {
  readonly #options: SidecarClientOptions;
  readonly #hooks: SidecarClientHooks;
  readonly #models = new Map<string, OpenModelOptions>();
  readonly #crashes = new CrashHistory(CRASH_LIMIT, CRASH_WINDOW_MS);
  #stateDirectory: string | undefined;
  #session: Session | undefined;
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
      const session = await this.#start(signal);
      const opening = this.#open(session, model, options, false, hooks.onProgress, signal);
      session.opened.set(model, opening);
      opening.catch(() => session.opened.delete(model));
      return opening;
    });
    this.#models.set(model, options);
    return new RemotePolicy(this, model, info);
  }

  async closeModel(model: string): Promise<void> {
    this.#models.delete(model);
    const opened = this.#session?.opened.delete(model) ?? false;
    if (!opened) return;
    await this.#session?.process.request(protocol.ModelClose.type, { model });
  }

  doctor(params: protocol.DoctorParams, signal: AbortSignal): Promise<DoctorReport> {
    return this.call(protocol.Doctor.type, () => params, {}, signal);
  }

  /** `undefined` while no process runs. Starts nothing. */
  async health(): Promise<protocol.Health | undefined> {
    return this.#session?.process.request(protocol.HealthPing.type, {});
  }

  get processId(): number | undefined {
    return this.#session?.process.processId;
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
        this.#session?.opened.delete(model);
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
    const session = await this.#start(signal);
    if (model !== undefined) await abortable(this.#ensureOpen(session, model), signal);
    return this.#send(session, type, params, progress, signal);
  }

  async #send<P, R, PR>(
    session: Session,
    type: RequestType<P, R, protocol.WireError>,
    params: (progressToken: string | undefined) => P,
    progress: CallOptions<PR>['progress'],
    signal: AbortSignal,
  ): Promise<R> {
    const progressToken = progress && randomUUID();
    const listener =
      progress && session.process.connection.onProgress(progress.type, progressToken as string, progress.on);
    const cancellation = tokenFromSignal(signal);
    try {
      return await session.process.request(type, params(progressToken), cancellation.token);
    } finally {
      listener?.dispose();
      cancellation.dispose();
    }
  }

  async #open(
    session: Session,
    model: string,
    options: OpenModelOptions,
    restore: boolean,
    onProgress: ((progress: OpenProgress) => void) | undefined,
    signal: AbortSignal,
  ): Promise<protocol.OpenResult> {
    const result = await this.#send(
      session,
      protocol.ModelOpen.type,
      (token) => ({ model, options, restore, ...(token === undefined ? {} : { progressToken: token }) }),
      onProgress && { type: protocol.ModelOpen.progress, on: onProgress },
      signal,
    );
    for (const { name, why } of result.lost) {
      this.#hooks.log?.('warn', `The adapter “${name}” could not be restored: ${why}.`);
    }
    return result;
  }

  #ensureOpen(session: Session, model: string): Promise<protocol.OpenResult> {
    const known = session.opened.get(model);
    if (known !== undefined) return known;
    const options = this.#models.get(model);
    if (options === undefined) return Promise.reject(stopped());
    this.#hooks.log?.('info', `Opening ${options.directory} again, with its adapters.`);
    // Not bound to the signal of the request that happens to come first.
    const opening = this.#open(session, model, options, true, undefined, new AbortController().signal);
    session.opened.set(model, opening);
    opening.catch(() => session.opened.delete(model));
    return opening;
  }

  async #start(signal: AbortSignal): Promise<Session> {
    throwIfCancelled(signal);
    if (this.#disposed) throw stopped();
    if (this.#failure) throw this.#failure;
    if (this.#session === undefined) await abortable(this.#ending, signal);
    this.#session ??= this.#launch();
    const session = this.#session;
    await abortable(session.ready, signal);
    return session;
  }

  #launch(): Session {
    const options = this.#options;
    this.#hooks.state?.('starting');
    const process = new SidecarProcess(planLaunch(options), {
      output: (text) => this.#hooks.output?.(text),
      log: (level, message) => this.#hooks.log?.(level, message),
      health: (health) => this.#hooks.health?.(health),
      ended: (error, facts) => {
        if (this.#session?.process === process) this.#session = undefined;
        if (error === undefined) {
          this.#hooks.state?.('stopped');
          return;
        }
        if (CRASHES.has(error.code) && this.#crashes.add(Date.now())) {
          this.#failure = crashLoop(this.#crashes.count, CRASH_WINDOW_MS / 1000, facts);
        }
        this.#hooks.state?.(this.#failure ? 'failed' : 'crashed', this.#failure ?? error);
      },
    });
    const ready = process
      .handshake(
        {
          protocolVersion: protocol.PROTOCOL_VERSION,
          client: options.clientName,
          ...(this.#stateDirectory === undefined ? {} : { stateDirectory: this.#stateDirectory }),
          ...(options.logDirectory === undefined ? {} : { logDirectory: options.logDirectory }),
        },
        options.handshakeTimeoutMs ?? 30_000,
      )
      .then((result) => {
        this.#stateDirectory = result.stateDirectory;
        process.watch(options.pingIntervalMs ?? 10_000, options.pingTimeoutMs ?? 60_000);
        this.#hooks.state?.('running');
        return result;
      });
    // Whoever waits for it gets the error; nobody may be waiting any more.
    ready.catch((error: unknown) => this.#hooks.log?.('error', String(error)));
    return { process, ready, opened: new Map() };
  }

  async #stop(discardState: boolean): Promise<void> {
    clearTimeout(this.#idleTimer);
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) this.#ending = session.process.shutdown(discardState, SHUTDOWN_MS);
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
