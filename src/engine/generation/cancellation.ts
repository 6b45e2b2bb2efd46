import { setImmediate } from 'node:timers/promises';

/**
 * Whether the work was cancelled. Yields to the event loop first: consecutive forward passes may keep it busy, and the message that cancels would
 * never arrive.
 */
export async function cancelled(signal: AbortSignal): Promise<boolean> {
  await setImmediate();
  return signal.aborted;
}
