import { someWords, wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick, type Random } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import type { Inputs } from '../shared/inputs.ts';

/** Words around the letter and the length that matter. */
export function fittingWords(r: Random, k: number, c: string, count: number): string[] {
  const kinds: readonly (() => string)[] = [
    () => someWords(r, 1)[0]!,
    () => c + wordOfLength(r, integer(r, 1, 4)),
    () => wordOfLength(r, integer(r, 1, 4)) + c,
    () => capital(c) + wordOfLength(r, Math.max(1, k - 1)),
    () => wordOfLength(r, k),
    () => capital(wordOfLength(r, k + 1)),
    () => wordOfLength(r, Math.max(1, k - 1)),
    () => `${wordOfLength(r, 1)}${c}${wordOfLength(r, 2)}`,
  ];
  return Array.from({ length: count }, () => pick(r, kinds)());
}

/** Lists of fitting words, one of them empty and one with a repeat. */
export function wordLists(r: Random, k: number, c: string): Inputs {
  const lists = Array.from({ length: 9 }, (_, index) => fittingWords(r, k, c, 2 + (index % 4)));
  return [[], [c], ...lists, [...lists[3]!, lists[3]![0]!]].map((list) => [list]);
}

/** Fitting words with spaces between them. */
export function sentences(r: Random, k: number, c: string): Inputs {
  return [[c], ...Array.from({ length: 10 }, (_, index) => [fittingWords(r, k, c, 1 + (index % 5)).join(' ')])];
}
