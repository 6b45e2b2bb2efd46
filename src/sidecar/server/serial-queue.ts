import { cancelled } from '../../shared/errors/cancelled.ts';

/** Runs tasks one after another, in the order of their arrival. */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /** Rejects with `cancelled` as soon as the signal fires while the task still waits; afterwards the task decides. */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(cancelled());
    const turn = this.#tail;
    const result = new Promise<T>((resolve, reject) => {
      const giveUp = (): void => reject(cancelled());
      signal.addEventListener('abort', giveUp, { once: true });
      const start = (): void => {
        signal.removeEventListener('abort', giveUp);
        if (signal.aborted) giveUp();
        else task().then(resolve, reject);
      };
      turn.then(start, start);
    });
    // A waiting task that gave up must not let the next one overtake the running one.
    this.#tail = Promise.allSettled([turn, result]);
    return result;
  }
}
