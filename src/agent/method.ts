import type { Method } from './events.ts';

export interface MethodOptions {
  readonly method: Method;
  readonly maxTurns: number;
  /** First turn in which `switch` uses both axes (adaptation §8, E4). Default {@link switchTurnFor}. */
  readonly switchTurn?: number;
  /** The axis that `switch` begins with. Default words. */
  readonly switchFrom?: 'words' | 'weights';
}

/**
 * The first turn in which `switch` uses both axes: the middle of the turns, like the paper's turn 5 of 10.
 */
export function switchTurnFor(maxTurns: number): number {
  return Math.max(1, Math.ceil(maxTurns / 2));
}

/** Which streams run after the failed attempt of a turn. */
export function axes(options: MethodOptions, turn: number): { readonly words: boolean; readonly weights: boolean } {
  switch (options.method) {
    case 'baseline':
      return { words: false, weights: false };
    case 'textgrad':
      return { words: true, weights: false };
    case 'rosa':
      return { words: false, weights: true };
    case 'rosa2':
      return { words: true, weights: true };
    case 'switch': {
      const both = turn >= (options.switchTurn ?? switchTurnFor(options.maxTurns));
      const from = options.switchFrom ?? 'words';
      return { words: both || from === 'words', weights: both || from === 'weights' };
    }
  }
}
