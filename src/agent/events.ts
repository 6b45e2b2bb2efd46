import type { Message } from '../policy/prompt.ts';
import type { UpdateReport } from '../policy/update.ts';
import type { Answer } from './answer/answer.ts';
import type { EnvironmentEvent } from './environment.ts';
import type { Verdict } from './verdict.ts';
import type { Words } from './words/words.ts';

export const methods = ['baseline', 'textgrad', 'rosa', 'rosa2', 'switch'] as const;
/** `baseline`: neither, `textgrad`: words, `rosa`: weights, `rosa2`: both, `switch`: one, and from some turn on both. */
export type Method = (typeof methods)[number];

/** What the loop is doing; Stop works in every phase. */
export type Phase = 'prompting' | 'generating' | 'reading' | 'evaluating' | 'asking' | 'adapting';

/** What the parametric stream did after a failed attempt. */
export type Weights =
  | { readonly kind: 'updated'; readonly report: UpdateReport }
  /** `report.accepted` is false: the adapter is bit-identical to what it was. */
  | { readonly kind: 'rolled-back'; readonly report: UpdateReport }
  | { readonly kind: 'skipped'; readonly why: string };

export type Outcome =
  | { readonly kind: 'solved' }
  | { readonly kind: 'turn-limit' }
  /** The same answer again even at a raised temperature, or three turns in a row without a reward. */
  | { readonly kind: 'no-progress'; readonly why: string }
  /** The developer is needed to continue: someone else changed a file, for example. */
  | { readonly kind: 'blocked'; readonly why: string }
  | { readonly kind: 'stopped' };

/**
 * Everything that happens in a session's turns, in order. Plain JSON. `phase`, `prefill` and `token` are for
 * people who watch and are not recorded; all others are, and suffice to resume after a crash.
 */
export type LoopEvent =
  | { readonly kind: 'phase'; readonly turn: number; readonly phase: Phase }
  | {
      readonly kind: 'turn';
      readonly turn: number;
      readonly messages: readonly Message[];
      readonly temperature: number;
      /** Parts that did not fit the model's context, by name. */
      readonly dropped: readonly string[];
    }
  | { readonly kind: 'prefill'; readonly turn: number; readonly done: number; readonly total: number }
  | { readonly kind: 'token'; readonly turn: number; readonly text: string }
  | {
      readonly kind: 'generated';
      readonly turn: number;
      /** The whole answer, with its thinking. */
      readonly text: string;
      readonly promptTokens: readonly number[];
      readonly responseTokens: readonly number[];
      readonly finish: string;
      readonly seed: number;
      readonly milliseconds: number;
    }
  | { readonly kind: 'answer'; readonly turn: number; readonly answer: Answer }
  | { readonly kind: 'environment'; readonly turn: number; readonly event: EnvironmentEvent }
  | {
      readonly kind: 'verdict';
      readonly turn: number;
      readonly verdict: Verdict;
      /** An earlier turn with the same attempt, whose verdict this is. */
      readonly sameAs?: number;
    }
  | { readonly kind: 'comment'; readonly turn: number; readonly comment: string }
  | { readonly kind: 'words'; readonly turn: number; readonly words: Words }
  | { readonly kind: 'weights'; readonly turn: number; readonly weights: Weights; readonly milliseconds: number }
  | { readonly kind: 'finished'; readonly turns: number; readonly outcome: Outcome; readonly milliseconds: number };

/** Only for people who watch; all other events are recorded. */
const unrecorded = ['phase', 'prefill', 'token'] as const;
type UnrecordedKind = (typeof unrecorded)[number];

export function isRecorded<E extends { readonly kind: string }>(
  event: E,
): event is Exclude<E, { readonly kind: UnrecordedKind }> {
  return !unrecorded.some((kind) => kind === event.kind);
}

const kinds: Readonly<Record<LoopEvent['kind'], true>> = {
  phase: true,
  turn: true,
  prefill: true,
  token: true,
  generated: true,
  answer: true,
  environment: true,
  verdict: true,
  comment: true,
  words: true,
  weights: true,
  finished: true,
};

/** The loop's own events among those of a session. */
export function loopEvents(events: readonly { readonly kind: string }[]): readonly LoopEvent[] {
  return events.filter((event): event is LoopEvent => Object.hasOwn(kinds, event.kind));
}
