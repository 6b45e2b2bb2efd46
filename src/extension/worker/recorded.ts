import type { LoopEvent } from '../../agent/events.ts';
import { readRecord } from '../../session/read-record.ts';

/**
 * The events of a record whose attempts are used instead of the model's, everything else being real.
 * @throws RetuneError `session.record-unreadable`
 */
export async function recordedAttempts(path: string): Promise<readonly LoopEvent[]> {
  const { events } = await readRecord(path);
  return events.filter((event): event is Extract<typeof event, LoopEvent> => 'turn' in event);
}
