import { setImmediate } from 'node:timers/promises';

/**
 * Whether the work was cancelled. Gives the event loop a turn first: forward passes may keep it busy one after the other,
 * and the message that cancels could then never come in.
 */
export async function cancelled(signal: AbortSignal): Promise<boolean> {
  await setImmediate();
  return signal.aborted;
}
