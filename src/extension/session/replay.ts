import type { LoopEvent } from '../../agent/events.ts';
import { readRecord } from '../../workspace/session/read-record.ts';

/**
 * `RETUNE_REPLAY=RECORD.jsonl`: attempts come from a session's record instead of the model, all else is real. For reports of
 * bugs and for demonstrations; an environment variable and not a setting, so that no workspace can bring one along.
 * @throws RetuneError `session.record-unreadable`
 */
export async function replayEvents(environment: NodeJS.ProcessEnv): Promise<readonly LoopEvent[] | undefined> {
  const path = environment.RETUNE_REPLAY;
  if (path === undefined || path === '') return undefined;
  const { events } = await readRecord(path);
  return events.filter(
    (event): event is Extract<typeof event, LoopEvent> => 'turn' in event || event.kind === 'finished',
  );
}
