import { Worker } from 'node:worker_threads';
import type { LogOutputChannel } from 'vscode';
import { workerEnded } from './errors.ts';
import { Link } from './worker/link.ts';
import type { EditorAnswers, LogLevel, WorkerAnswers } from './worker/protocol.ts';

/** What the session that is running asks and reports; each session sets its own. */
export type SessionListener = Pick<EditorAnswers, 'comment' | 'event' | 'tokens'>;

type Log = Pick<LogOutputChannel, LogLevel>;
type Call = Link<WorkerAnswers, EditorAnswers>['call'];

/** The main thread's side of the worker that runs sessions: starts it with the first call, and again after it died. */
export class WorkerClient {
  readonly #file: string;
  readonly #log: Log;
  #running: { readonly worker: Worker; readonly link: Link<WorkerAnswers, EditorAnswers> } | undefined;
  #listener: SessionListener | undefined;
  readonly #died: () => void;

  /** @param died is called when the thread ended without being asked to, and with it every session that it held */
  constructor(file: string, log: Log, died: () => void) {
    this.#file = file;
    this.#log = log;
    this.#died = died;
  }

  /** @throws RetuneError of the worker, or `extension.worker-ended` */
  readonly call: Call = (method, params, signal) => this.#start().call(method, params, signal);

  /** Who answers the worker's questions and receives its events. */
  listen(listener: SessionListener | undefined): void {
    this.#listener = listener;
  }

  /** Ends the sidecar and the thread. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    await running.link.call('close', null).catch((error: unknown) => this.#log.warn(String(error)));
    await running.worker.terminate();
  }

  #start(): Link<WorkerAnswers, EditorAnswers> {
    if (this.#running !== undefined) return this.#running.link;
    // Flags of a debugger that is attached to the extension host are not meant for this thread.
    const worker = new Worker(this.#file, { name: 'retune', execArgv: [] });
    const link = new Link<WorkerAnswers, EditorAnswers>(worker, {
      comment: async (params, signal) => this.#listener?.comment(params, signal) ?? '',
      event: (event) => this.#listener?.event(event),
      tokens: (count) => this.#listener?.tokens(count),
      log: ({ level, text }) => this.#log[level](text),
    });
    const ended = (why: string) => {
      // Before the calls fail, so that whoever made them knows why.
      if (this.#running?.worker === worker) {
        this.#running = undefined;
        this.#died();
      }
      link.end(workerEnded(why));
    };
    worker.once('error', (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.once('exit', (code) => ended(`exit code ${code}`));
    this.#running = { worker, link };
    return link;
  }
}
