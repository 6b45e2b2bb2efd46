import { integer, pick, type Random, shuffled } from '../../shared/random.ts';

/** Words and values from which functions are drawn. */

export const listNames: readonly (readonly string[])[] = [['values'], ['numbers'], ['list'], ['items'], ['data']];
export const wordListNames: readonly (readonly string[])[] = [['words'], ['names'], ['texts'], ['list'], ['tags']];
export const textNames: readonly (readonly string[])[] = [['text'], ['line'], ['name'], ['word'], ['title']];
export const rowNames: readonly (readonly string[])[] = [['rows'], ['entries'], ['items'], ['people'], ['orders']];
export const properties = ['age', 'price', 'size', 'count', 'points', 'score', 'weight', 'rank'] as const;
const nouns =
  'Ann bob Cara dan Eve fay Gus hal Ida jon apple Berry cat Dog egg fig Goat hat ink Jam kite lion moon net oak'.split(
    ' ',
  );

export function numbers(random: Random, count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, () => integer(random, low, high));
}

export function differentNumbers(random: Random, count: number, low: number, high: number): number[] {
  const all = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return shuffled(random, all).slice(0, count);
}

export function someWords(random: Random, count: number): string[] {
  return shuffled(random, nouns).slice(0, count);
}

export function wordOf(random: Random): string {
  return pick(random, nouns);
}

/** A word with exactly this number of letters. */
export function wordOfLength(random: Random, length: number): string {
  return Array.from({ length }, () => pick(random, [...'abdeiklmnoprstu'])).join('');
}

export function sentence(random: Random, count: number): string {
  return someWords(random, count).join(' ');
}
