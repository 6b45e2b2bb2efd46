import { Worker } from 'node:worker_threads';
import {
  CancellationReceiverStrategy,
  type CancellationToken,
  type MessageConnection,
  type RequestType,
} from 'vscode-jsonrpc/node';
import type { AdapterInfo } from '../../policy/adapters.ts';
import type { ModelInfo } from '../../policy/model-info.ts';
import { messageOf, stackOf } from '../../shared/errors/thrown.ts';
import { threadConnection } from '../../shared/rpc/thread-connection.ts';
import { fromResponseError } from '../../shared/rpc/wire-errors.ts';
import { internal } from '../protocol/errors.ts';
import { type Health, Log, type LogLevel, type WireError } from '../protocol/protocol.ts';
import { workerCrashed } from './errors.ts';
import { AdaptersChanged, FlagSender, type WorkerStart } from './worker-link.ts';

export interface WorkerClientHooks {
  progress(token: string | number, value: unknown): void;
  log(level: LogLevel, message: string): void;
  /** The worker started, became busy or idle, or ended. */
  changed(): void;
}

/** An open model as the main thread knows it. */
export interface KnownModel {
  readonly info: ModelInfo;
  adapters: readonly AdapterInfo[];
}

interface Running {
  readonly worker: Worker;
  readonly connection: MessageConnection;
  readonly flags: FlagSender;
  /** Why it ended, once it has. */
  death: string | undefined;
}

/** The main thread's side of the worker: starts it when needed, passes requests on, outlives its crashes. */
export class WorkerClient {
  /** What is known here of the open models, so that questions about them need not wait for the worker. */
  readonly models = new Map<string, KnownModel>();
  readonly #entry: URL;
  readonly #start: WorkerStart;
  readonly #hooks: WorkerClientHooks;
  #running: Running | undefined;
  #pending = 0;

  constructor(entry: URL, start: WorkerStart, hooks: WorkerClientHooks) {
    this.#entry = entry;
    this.#start = start;
    this.#hooks = hooks;
  }

  get pending(): number {
    return this.#pending;
  }

  get state(): Health['worker'] {
    if (this.#running === undefined) return 'none';
    return this.#pending > 0 ? 'busy' : 'idle';
  }

  async request<P, R>(type: RequestType<P, R, WireError>, params: P, token: CancellationToken): Promise<R> {
    this.#running ??= this.#launch();
    const running = this.#running;
    this.#count(1);
    try {
      return await running.connection.sendRequest<R>(type.method, params, token);
    } catch (error) {
      throw fromResponseError(error, internal) ?? workerCrashed(running.death ?? 'It gave no reason.');
    } finally {
      this.#count(-1);
    }
  }

  /** Cancels everything and waits until the worker is idle, or until `maxMs` milliseconds have passed. */
  async settle(maxMs: number): Promise<void> {
    this.#running?.flags.cancelAll();
    const until = Date.now() + maxMs;
    while (this.#pending > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #count(change: 1 | -1): void {
    const before = this.state;
    this.#pending += change;
    if (this.state !== before) this.#hooks.changed();
  }

  #launch(): Running {
    const worker = new Worker(this.#entry, { workerData: this.#start, name: 'retune-model' });
    const flags = new FlagSender();
    const connection = threadConnection(worker, { receiver: CancellationReceiverStrategy.Message, sender: flags });
    const running: Running = { worker, connection, flags, death: undefined };
    connection.onUnhandledProgress(({ token, value }) => this.#hooks.progress(token, value));
    connection.onNotification(Log.type, ({ level, message }) => this.#hooks.log(level, message));
    connection.onNotification(AdaptersChanged.type, ({ model, adapters }) => {
      const known = this.models.get(model);
      if (known) known.adapters = adapters;
    });
    worker.on('error', (error) => {
      running.death = messageOf(error);
      this.#hooks.log('error', `worker: ${stackOf(error)}`);
    });
    worker.on('exit', (code) => {
      running.death ??= `The thread exited with code ${code}.`;
      this.#running = undefined;
      this.models.clear();
      connection.dispose();
      this.#hooks.changed();
    });
    connection.listen();
    return running;
  }
}
