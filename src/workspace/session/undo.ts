import type { Checkpoints } from '../checkpoints/checkpoints.ts';
import type { DecisionEvent } from './fix-events.ts';
import type { SessionRecord } from './record.ts';

export type Undone = Extract<DecisionEvent, { readonly kind: 'undone' }>;

/**
 * Undoes a session, or its turns from `toTurn` on. Only a whole undo that left nothing of ours behind is a decision that goes
 * into the record; after any other the session stays open, so that the next start still names it.
 */
export async function undoSession(checkpoints: Checkpoints, record: SessionRecord, toTurn?: number): Promise<Undone> {
  const report = await checkpoints.undo(toTurn === undefined ? {} : { toTurn });
  const { restored, removed, kept, failed, notices } = report;
  const event: Undone = { kind: 'undone', restored: [...restored, ...removed], kept: [...kept, ...failed], notices };
  if (toTurn === undefined && failed.length === 0) await record.append(event);
  return event;
}
