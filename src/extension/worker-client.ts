import { Worker } from 'node:worker_threads';
import type { LogOutputChannel } from 'vscode';
import { messageOf } from '../shared/errors/thrown.ts';
import { workerEnded } from './errors.ts';
import type { Link } from './worker/link.ts';
import type { EditorAnswers, LogLevel, WorkerAnswers } from './worker/protocol.ts';

/** What the session that is running asks and reports; each session sets its own. */
export type SessionListener = Pick<EditorAnswers, 'comment' | 'event' | 'tokens'>;

type Log = Pick<LogOutputChannel, LogLevel>;
type WorkerLink = Link<WorkerAnswers, EditorAnswers>;
type Call = WorkerLink['call'];

interface RunningSession {
  readonly worker: Worker;
  readonly link: Promise<WorkerLink>;
}

/** The main thread's side of the worker that runs sessions: starts it with the first call, and again after it died. */
export class WorkerClient {
  readonly #file: string;
  readonly #log: Log;
  #running: RunningSession | undefined;
  #listener: SessionListener | undefined;
  readonly #died: () => void;

  /** @param died is called when the thread ended without being asked to, and with it every session that it held */
  constructor(file: string, log: Log, died: () => void) {
    this.#file = file;
    this.#log = log;
    this.#died = died;
  }

  /** @throws RetuneError of the worker, or `extension.worker-ended` */
  readonly call: Call = (method, params, signal) => {
    this.#running ??= this.#launch();
    return this.#running.link.then((link) => link.call(method, params, signal));
  };

  /** Who answers the worker's questions and receives its events. */
  listen(listener: SessionListener | undefined): void {
    this.#listener = listener;
  }

  /** Ends the sidecar and the thread. */
  async close(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const link = await running.link;
    await link.call('close', null).catch((error: unknown) => this.#log.warn(String(error)));
    await running.worker.terminate();
  }

  #launch(): RunningSession {
    // Flags of a debugger that is attached to the extension host are not meant for this thread.
    const worker = new Worker(this.#file, { name: 'retune', execArgv: [] });
    const link = this.#link(worker);
    const ended = async (why: string): Promise<void> => {
      // Before the calls fail, so that whoever made them knows why.
      if (this.#running?.worker === worker) {
        this.#running = undefined;
        this.#died();
      }
      (await link).end(workerEnded(why));
    };
    worker.once('error', (error) => void ended(messageOf(error)));
    worker.once('exit', (code) => void ended(`exit code ${code}`));
    return { worker, link };
  }

  async #link(worker: Worker): Promise<WorkerLink> {
    // Loaded with the first session: activating the extension must not wait for it.
    const { Link } = await import('./worker/link.ts');
    return new Link<WorkerAnswers, EditorAnswers>(worker, {
      comment: async (params, signal) => this.#listener?.comment(params, signal) ?? '',
      event: (event) => this.#listener?.event(event),
      tokens: (count) => this.#listener?.tokens(count),
      log: ({ level, text }) => this.#log[level](text),
    });
  }
}
