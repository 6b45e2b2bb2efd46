import type { Outcome } from './events.ts';
import type { PastTurn } from './turn.ts';
import type { VerdictReason } from './verdict.ts';

const defaultTemperature = 0.7;
const raisedBy = 0.3;
/** Number of turns in a row without a reward after which it is pointless to continue. */
const unjudgedLimit = 3;

/** What another attempt cannot remedy. */
const blocking: ReadonlySet<VerdictReason> = new Set(['changed-by-others', 'could-not-start', 'hung-at-baseline']);

/**
 * @param past the newest turn is last
 * @param persist continue even if attempts repeat or cannot be judged
 * @returns why the loop ends after these turns; undefined = it continues
 */
export function stopReason(past: readonly PastTurn[], maxTurns: number, persist = false): Outcome | undefined {
  const last = past.at(-1);
  if (last === undefined) return undefined;
  const { verdict } = last;
  if (verdict.reward === 1) return { kind: 'solved' };
  if (blocking.has(verdict.reason)) return { kind: 'blocked', why: verdict.detail };
  const stuck = persist ? undefined : standstill(past);
  if (stuck !== undefined) return { kind: 'no-progress', why: stuck };
  return past.length >= maxTurns ? { kind: 'turn-limit' } : undefined;
}

function standstill(past: readonly PastTurn[]): string | undefined {
  const last = past.at(-1)!;
  // The first repetition raised the temperature; the second shows that this did not help.
  if (repeats(last) && repeats(past.at(-2))) {
    return `Attempts ${last.turn - 1} and ${last.turn} repeat earlier ones, although the temperature was raised.`;
  }
  const unjudged = past.slice(-unjudgedLimit);
  if (unjudged.length < unjudgedLimit || unjudged.some(({ verdict }) => verdict.reward !== null)) return undefined;
  return `${unjudgedLimit} attempts in a row could not be judged: ${last.verdict.detail}`;
}

function repeats(turn: PastTurn | undefined): boolean {
  return turn?.sameAs !== undefined;
}

/** Raised for the turn after a repetition, and for that turn only. */
export function nextTemperature(past: readonly PastTurn[], temperature = defaultTemperature): number {
  return repeats(past.at(-1)) ? raised(temperature) : temperature;
}

/** The temperature after an attempt that repeats an earlier one. */
export function raised(temperature: number): number {
  return Math.min(Math.max(temperature, 0) + raisedBy, 1.5);
}
