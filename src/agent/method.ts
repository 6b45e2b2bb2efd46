import type { Method } from './events.ts';

/** Turn from which on `switch` adds the axis it began without (adaptation §8, E4). */
export const defaultSwitchTurn = 5;

export interface MethodOptions {
  readonly method: Method;
  /** Only for `switch`. */
  readonly switchTurn?: number;
  /** The axis that `switch` begins with. Default words. */
  readonly switchFrom?: 'words' | 'weights';
}

/** Which streams run after a failed attempt at a turn. */
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
      const both = turn >= (options.switchTurn ?? defaultSwitchTurn);
      const from = options.switchFrom ?? 'words';
      return { words: both || from === 'words', weights: both || from === 'weights' };
    }
  }
}
