import { cancelled } from './errors/cancelled.ts';

/** Lets one caller in at a time, in the order of asking. */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Rejects with `cancelled` as soon as the signal fires while the task still waits; afterwards the task decides. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const leave = await this.enter(signal);
    try {
      return await task();
    } finally {
      leave();
    }
  }

  /**
   * Waits for the turn; the returned function ends it.
   * @throws RetuneError `cancelled` when the signal fires before
   */
  enter(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    const before = this.#last;
    const { promise, resolve: leave } = Promise.withResolvers<void>();
    // Whoever gives up must not let the next one overtake the one who is inside.
    this.#last = Promise.allSettled([before, promise]);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        leave();
        reject(cancelled());
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      before.then(() => {
        signal?.removeEventListener('abort', giveUp);
        // A signal may be polled and say so without an event.
        if (signal?.aborted) giveUp();
        else resolve(leave);
      });
    });
  }
}
