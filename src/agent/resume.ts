import type { LoopEvent } from './events.ts';
import { stripThinking } from './text/thinking.ts';
import type { PastTurn } from './turn.ts';
import { evidenceOf } from './words/evidence.ts';
import { plainFollowUp } from './words/follow-up.ts';

/**
 * The finished turns of a session from its recorded events: those after which another turn began. An interrupted turn is
 * repeated, because it is not known how much of its adaptation took place.
 */
export function pastTurns(events: readonly LoopEvent[]): readonly PastTurn[] {
  const last = events.reduce((most, event) => (event.kind === 'turn' ? Math.max(most, event.turn) : most), 0);
  const past: PastTurn[] = [];
  for (let turn = 1; turn < last; turn++) {
    const ended = pastTurn(turn, (kind) => find(events, kind, turn));
    if (ended === undefined) break;
    past.push(ended);
  }
  return past;
}

type EventLookup = <K extends LoopEvent['kind']>(kind: K) => Extract<LoopEvent, { kind: K }> | undefined;

function pastTurn(turn: number, event: EventLookup): PastTurn | undefined {
  const [began, generated, answer, verdict] = [event('turn'), event('generated'), event('answer'), event('verdict')];
  if (began === undefined || generated === undefined || answer === undefined || verdict === undefined) return undefined;
  const words = event('words')?.words;
  return {
    turn,
    temperature: began.temperature,
    answerText: stripThinking(generated.text).answer,
    answer: answer.answer,
    verdict: verdict.verdict,
    ...(verdict.sameAs !== undefined && { sameAs: verdict.sameAs }),
    followUp: words?.instruction ?? plainFollowUp(event('comment')?.comment ?? '', evidenceOf(verdict.verdict)),
    ...(words?.critique !== undefined && { critique: words.critique }),
  };
}

/** The newest of its kind, because a turn that was repeated is recorded twice. */
function find<K extends LoopEvent['kind']>(
  events: readonly LoopEvent[],
  kind: K,
  turn: number,
): Extract<LoopEvent, { kind: K }> | undefined {
  return events.findLast(
    (event): event is Extract<LoopEvent, { kind: K }> => event.kind === kind && 'turn' in event && event.turn === turn,
  );
}
