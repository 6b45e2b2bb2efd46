import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { DecisionEvent } from '../../session/fix-events.ts';
import type { OpenSession, SessionEnd } from '../worker/protocol.ts';
import type { SessionListener, WorkerClient } from '../worker-client.ts';

/** A session in the worker. It must be disposed of in any case: the lock on the folder is held until then. */
export class SessionHandle {
  readonly id: string;
  readonly #worker: WorkerClient;

  private constructor(worker: WorkerClient, id: string) {
    this.#worker = worker;
    this.id = id;
  }

  static async open(worker: WorkerClient, request: OpenSession): Promise<SessionHandle> {
    return new SessionHandle(worker, await worker.call('open', request));
  }

  /** Runs the loop to its end, or until the signal fires. */
  async run(listener: SessionListener, signal: AbortSignal): Promise<SessionEnd> {
    this.#worker.listen(listener);
    try {
      return await this.#worker.call('run', this.id, signal);
    } finally {
      this.#worker.listen(undefined);
    }
  }

  diff(): Promise<readonly FileDiff[]> {
    return this.#worker.call('diff', this.id);
  }

  keep(signal: AbortSignal): Promise<DecisionEvent> {
    return this.#worker.call('keep', this.id, signal);
  }

  undo(): Promise<DecisionEvent> {
    return this.#worker.call('undo', this.id);
  }

  dispose(): Promise<void> {
    return this.#worker.call('dispose', this.id);
  }
}
