import type { FileDiff } from '../../files/snapshots/snapshots.ts';
import type { DecisionEvent } from '../../session/fix-events.ts';
import type { Loop, SessionListener } from '../loop.ts';
import type { OpenSession, SessionEnd } from '../worker/protocol.ts';

/** A session that runs in the worker. `dispose` in any case: the lock on the folder is held until then. */
export class Session {
  readonly id: string;
  readonly #loop: Loop;

  private constructor(loop: Loop, id: string) {
    this.#loop = loop;
    this.id = id;
  }

  static async open(loop: Loop, request: OpenSession): Promise<Session> {
    return new Session(loop, await loop.call('open', request));
  }

  /** Runs the loop to its end; Stop is the signal. */
  async run(listener: SessionListener, signal: AbortSignal): Promise<SessionEnd> {
    this.#loop.listen(listener);
    try {
      return await this.#loop.call('run', this.id, signal);
    } finally {
      this.#loop.listen(undefined);
    }
  }

  diff(): Promise<readonly FileDiff[]> {
    return this.#loop.call('diff', this.id);
  }

  keep(signal: AbortSignal): Promise<DecisionEvent> {
    return this.#loop.call('keep', this.id, signal);
  }

  undo(): Promise<DecisionEvent> {
    return this.#loop.call('undo', this.id);
  }

  dispose(): Promise<void> {
    return this.#loop.call('dispose', this.id);
  }
}
