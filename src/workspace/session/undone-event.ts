import type { UndoReport } from '../checkpoints/checkpoints.ts';
import type { DecisionEvent } from './fix-events.ts';

/** What undo did, for the record and for people. */
export function undoneEvent({ restored, removed, kept, failed, notices }: UndoReport): DecisionEvent {
  return { kind: 'undone', restored: [...restored, ...removed], kept: [...kept, ...failed], notices };
}
