import type { WeightsStream } from '../agent/adapt.ts';
import { evidenceOf } from '../agent/words/evidence.ts';
import { plainFollowUp } from '../agent/words/follow-up.ts';
import type { WordsStream } from '../agent/words/words.ts';
import type { FirstTurn } from './results.ts';

/**
 * E5: a critique that fits every attempt, followed by what the methods without words say. Nothing that the developer said is
 * withheld, so that only the effect of the critique is measured.
 */
export const genericCritique =
  'The attempt is wrong. Read the task again, think about every case it can mean, and correct what is wrong. ' +
  'Keep what is right. Return the whole target in one code block.';

export const genericWords: WordsStream = async ({ comment, verdict }) => ({
  instruction: `${genericCritique}\n\n${plainFollowUp(comment, evidenceOf(verdict))}`,
  source: 'fallback',
  calls: [],
});

/** Exact tokens of a rejected answer. */
export type Donation = Pick<FirstTurn, 'promptTokens' | 'responseTokens'>;

/**
 * E3: the same updates (solver, β, all caps, reward −1, and only after a rejection of the task's own attempt), but from the
 * first attempts at other tasks that were rejected. Those are exchangeable with the task's own, so the KL of the updates is the
 * same in expectation, though not individually; the results show the mean KL by turn of both arms, and thus how well that
 * holds.
 */
export function placeboWeights(real: WeightsStream, donations: Iterator<Donation>): WeightsStream {
  return async (_own, verdict, signal) => {
    const next = donations.next();
    if (next.done) return { kind: 'skipped', why: 'No other task has a rejected first attempt.' };
    return real(next.value, verdict, signal);
  };
}

/**
 * Rejected first attempts with the same seed at tasks of other groups: those after this task in the order of tasks,
 * cyclically. Two tasks have different donors, and the same ones in every run.
 * @param order ids of all tasks
 */
export function* donationsFor(
  { task, group, seed }: Pick<FirstTurn, 'task' | 'group' | 'seed'>,
  order: readonly string[],
  firsts: Iterable<FirstTurn>,
): Generator<Donation, void> {
  const own = order.indexOf(task);
  const place = new Map(order.map((id, index) => [id, (index - own + order.length) % order.length]));
  const donors = [...firsts]
    .filter((first) => first.seed === seed && first.group !== group && first.turn.reward === -1)
    .filter(({ task, responseTokens }) => place.has(task) && responseTokens.length > 0)
    .sort((a, b) => place.get(a.task)! - place.get(b.task)!);
  while (donors.length > 0) yield* donors;
}
