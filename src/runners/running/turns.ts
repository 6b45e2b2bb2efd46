import { setImmediate } from 'node:timers/promises';

const turnMs = 8;

/** Short work on many items, without holding up everything else in this process for longer than a few milliseconds. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void | Promise<void>): Promise<void> {
  let since = performance.now();
  for (const item of items) {
    const pending = work(item);
    if (pending !== undefined) await pending;
    if (performance.now() - since < turnMs) continue;
    await setImmediate();
    since = performance.now();
  }
}
