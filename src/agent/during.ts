import { EventQueue } from '../shared/event-queue.ts';

/**
 * Runs work that reports through a callback, and yields its reports as they come; returns what the work returns and throws what
 * it throws, after the last report. A consumer that stops early cancels the work and waits for it, so that nothing keeps
 * running unnoticed.
 */
export async function* during<E, T>(
  work: (report: (event: E) => void, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<E, T> {
  const queue = new EventQueue<E>();
  const left = new AbortController();
  const running = work((event) => queue.push(event), AbortSignal.any([signal, left.signal])).finally(() =>
    queue.close(),
  );
  // The failure is thrown below; until then it must not be reported as unhandled.
  running.catch(() => undefined);
  try {
    yield* queue;
    return await running;
  } finally {
    left.abort();
    await Promise.allSettled([running]);
  }
}
