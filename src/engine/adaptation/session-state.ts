import type { UpdateReport } from '../../policy/update.ts';

/** What the weight updates of one session leave behind besides the adapter. Changed only by {@link countOutcome}. */
export interface SessionState {
  rollbacksInARow: number;
  /** Words only from here on. */
  disabled: boolean;
  /** Mean KL(base ‖ current) on the anchors after the last accepted update, nat. */
  klAnchors: number;
}

/** Number of roll-backs in a row that ends the weight updates of a session. */
export const maxRollbacks = 2;

export function newSessionState(): SessionState {
  return { rollbacksInARow: 0, disabled: false, klAnchors: 0 };
}

export function countOutcome(state: SessionState, report: Pick<UpdateReport, 'accepted' | 'klAnchors'>): void {
  if (report.accepted) {
    state.rollbacksInARow = 0;
    state.klAnchors = report.klAnchors;
    return;
  }
  state.rollbacksInARow += 1;
  if (state.rollbacksInARow >= maxRollbacks) state.disabled = true;
}
