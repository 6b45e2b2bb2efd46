import type { UpdateReport } from '../../policy/update.ts';

/** What the weight updates of one session leave behind besides the adapter. Changed only by {@link recordOutcome}. */
export interface SessionState {
  rollbacksInARow: number;
  /** Words only from here on. */
  disabled: boolean;
  /** Mean KL(base ‖ current) on the anchors after the last accepted update, nat. */
  klAnchors: number;
}

/** So many roll-backs in a row end the weight updates of a session. */
export const maxRollbacks = 2;

export function newSessionState(): SessionState {
  return { rollbacksInARow: 0, disabled: false, klAnchors: 0 };
}

export function recordOutcome(state: SessionState, report: Pick<UpdateReport, 'accepted' | 'klAnchors'>): void {
  if (report.accepted) {
    state.rollbacksInARow = 0;
    state.klAnchors = report.klAnchors;
    return;
  }
  state.rollbacksInARow += 1;
  if (state.rollbacksInARow >= maxRollbacks) state.disabled = true;
}

export type SkipReason = 'no-reward' | 'accepted' | 'last-turn' | 'empty-response';

/**
 * Whether a turn of a session calls for no weight update (adaptation §1), and why. An undefined reward (the harness failed,
 * nothing ran, the answer could not be read, cancelled) must never become a −1: a wrong sign poisons the adapter.
 * @returns null when an update with reward −1 is due.
 */
export function updateSkipReason(turn: {
  readonly reward: 1 | -1 | undefined;
  readonly lastTurn: boolean;
  readonly responseTokens: number;
}): SkipReason | null {
  if (turn.reward === undefined) return 'no-reward';
  if (turn.reward === 1) return 'accepted';
  if (turn.lastTurn) return 'last-turn';
  return turn.responseTokens === 0 ? 'empty-response' : null;
}
