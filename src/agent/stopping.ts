import type { Outcome } from './events.ts';
import type { PastTurn } from './turn.ts';
import type { VerdictReason } from './verdict.ts';

const defaultTemperature = 0.7;
const raisedBy = 0.3;
/** Turns in a row without a judgement after which going on is guessing. */
const unjudgedLimit = 3;

/** What another attempt cannot mend. */
const blocking: ReadonlySet<VerdictReason> = new Set(['changed-by-others', 'could-not-start', 'hung-at-baseline']);

/** @returns why the loop ends after these turns; undefined = go on. The newest turn is last. */
export function stopReason(past: readonly PastTurn[], maxTurns: number): Outcome | undefined {
  const last = past.at(-1);
  if (last === undefined) return undefined;
  const { verdict } = last;
  if (verdict.reward === 1) return { kind: 'solved' };
  if (blocking.has(verdict.reason)) return { kind: 'blocked', why: verdict.detail };
  // The first repetition raised the temperature; the second says that this did not help.
  if (repeats(last) && repeats(past.at(-2))) {
    return {
      kind: 'no-progress',
      why: `Attempts ${last.turn - 1} and ${last.turn} repeat earlier ones, although the temperature was raised.`,
    };
  }
  const unjudged = past.slice(-unjudgedLimit);
  if (unjudged.length === unjudgedLimit && unjudged.every(({ verdict }) => verdict.reward === null)) {
    return { kind: 'no-progress', why: `${unjudgedLimit} attempts in a row could not be judged: ${verdict.detail}` };
  }
  return past.length >= maxTurns ? { kind: 'turn-limit' } : undefined;
}

function repeats(turn: PastTurn | undefined): boolean {
  return turn?.sameAs !== undefined;
}

/** Raised for the turn after a repetition, and for that turn only. */
export function nextTemperature(past: readonly PastTurn[], temperature = defaultTemperature): number {
  return repeats(past.at(-1)) ? Math.min(Math.max(temperature, 0) + raisedBy, 1.5) : temperature;
}
