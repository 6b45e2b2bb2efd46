import type { LoopEvent, Weights } from '../agent/events.ts';
import type { Words } from '../agent/words/words.ts';
import { leakPrefix } from './leak.ts';
import { genericCritique } from './placebo.ts';
import type { TurnResult, WeightsResult, WordsResult } from './results.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Collects the results of turns from the loop's events. */
export class TurnCollector {
  readonly turns: Mutable<TurnResult>[] = [];
  readonly #criticMs: () => number;
  readonly #first: TurnResult | undefined;
  #criticBefore = 0;

  /**
   * @param criticMs time that the critic has taken so far, in milliseconds
   * @param first the shared first turn, whose times are used for a reused answer
   */
  constructor(criticMs: () => number, first?: TurnResult) {
    this.#criticMs = criticMs;
    this.#first = first;
  }

  add(event: LoopEvent): void {
    if (event.kind === 'turn') {
      this.turns.push({
        turn: event.turn,
        reward: null,
        reason: 'unparsable',
        temperature: event.temperature,
        finish: '',
        text: '',
        responseTokens: 0,
        ms: { model: 0, tests: 0, words: 0, update: 0 },
      });
      return;
    }
    const turn = this.turns.at(-1);
    if (turn === undefined) return;
    switch (event.kind) {
      case 'generated':
        turn.text = event.text;
        turn.finish = event.finish;
        turn.responseTokens = event.responseTokens.length;
        this.#spend(turn, 'model', event.turn === 1 && this.#first ? this.#first.ms.model : event.milliseconds);
        break;
      case 'verdict':
        turn.reward = event.verdict.reward;
        turn.reason = event.verdict.reason;
        if (event.sameAs !== undefined) turn.sameAs = event.sameAs;
        else this.#spend(turn, 'tests', event.verdict.milliseconds);
        break;
      case 'comment':
        if (event.comment !== '') turn.comment = event.comment;
        break;
      case 'words':
        turn.words = wordsResult(event.words);
        this.#spend(turn, 'words', this.#criticMs() - this.#criticBefore);
        this.#criticBefore = this.#criticMs();
        break;
      case 'weights':
        turn.weights = weightsResult(event.weights);
        this.#spend(turn, 'update', 'report' in event.weights ? event.weights.report.milliseconds : 0);
        break;
      default:
    }
  }

  #spend(turn: Mutable<TurnResult>, on: keyof TurnResult['ms'], milliseconds: number): void {
    turn.ms = { ...turn.ms, [on]: Math.round(milliseconds * 10) / 10 };
  }
}

function wordsResult({ instruction, source, calls }: Words): WordsResult {
  const refused = calls.flatMap((call) => call.refused);
  const leak = refused.find((reason) => reason.startsWith(leakPrefix));
  return {
    source: instruction.startsWith(genericCritique) ? 'generic' : source,
    instruction,
    refused: refused.filter((reason) => !reason.startsWith(leakPrefix)),
    ...(leak !== undefined && { leak: leak.slice(leakPrefix.length) }),
  };
}

function weightsResult(weights: Weights): WeightsResult {
  if (weights.kind === 'skipped') return { kind: 'skipped', why: weights.why };
  const { report } = weights;
  const measured = finite({
    deltaNorm: report.deltaNorm,
    klResponse: report.klResponse,
    klAnchors: report.klAnchors,
    entropyBefore: report.entropyBefore,
    entropyAfter: report.entropyAfter,
    logProbBefore: report.logProbBefore,
    logProbAfter: report.logProbAfter,
    alpha: report.alpha,
  });
  return { kind: weights.kind, ...(report.reason !== null && { why: report.reason }), ...measured };
}

/** JSON has neither NaN nor infinity: what was not measured is left out. */
function finite<T extends Record<string, number>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value))) as Partial<T>;
}
