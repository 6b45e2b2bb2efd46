/** A pair of symbols that is merged into one. */
export type Merge = readonly [string, string];

interface Word {
  symbols: string[];
  readonly count: number;
}

/**
 * Byte-pair encoding learnt from words: the most frequent pair of neighbours is merged into a symbol, repeatedly.
 * Of equally frequent pairs the one that sorts first is taken, so that the same words always give the same merges.
 * @param words counts by word; a word is a string of one-character symbols
 * @param most maximum number of merges; fewer are returned when no pair occurs twice
 */
export function learnMerges(words: ReadonlyMap<string, number>, most: number): Merge[] {
  const list: Word[] = [...words].map(([word, count]) => ({ symbols: [...word], count }));
  const pairs = new PairCounts();
  for (const [index, word] of list.entries()) pairs.add(word, index, 1);
  const merges: Merge[] = [];
  while (merges.length < most) {
    const best = pairs.best();
    if (best === undefined) break;
    merges.push(best.pair);
    for (const index of best.words) {
      const word = list[index]!;
      pairs.add(word, index, -1);
      word.symbols = merged(word.symbols, best.pair);
      pairs.add(word, index, 1);
    }
  }
  return merges;
}

interface Pair {
  readonly pair: Merge;
  count: number;
  /** Indices of words that have contained it at some time. */
  readonly words: Set<number>;
}

class PairCounts {
  readonly #pairs = new Map<string, Pair>();

  /** Counts the neighbours in a word, or takes the counts back. */
  add({ symbols, count }: Word, index: number, sign: 1 | -1): void {
    for (let at = 0; at + 1 < symbols.length; at++) {
      const pair = [symbols[at]!, symbols[at + 1]!] as const;
      // No symbol contains a line feed: the byte alphabet has none.
      const key = `${pair[0]}\n${pair[1]}`;
      let known = this.#pairs.get(key);
      if (known === undefined) {
        known = { pair, count: 0, words: new Set() };
        this.#pairs.set(key, known);
      }
      known.count += sign * count;
      if (sign > 0) known.words.add(index);
      else if (known.count === 0) this.#pairs.delete(key);
    }
  }

  best(): { readonly pair: Merge; readonly words: readonly number[] } | undefined {
    let best: Pair | undefined;
    for (const candidate of this.#pairs.values()) {
      if (candidate.count < 2) continue;
      if (best === undefined || candidate.count > best.count) best = candidate;
      else if (candidate.count === best.count && before(candidate.pair, best.pair)) best = candidate;
    }
    return best && { pair: best.pair, words: [...best.words] };
  }
}

function before(a: Merge, b: Merge): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function merged(symbols: readonly string[], [left, right]: Merge): string[] {
  const result: string[] = [];
  for (let at = 0; at < symbols.length; at++) {
    if (symbols[at] === left && symbols[at + 1] === right) {
      result.push(left + right);
      at++;
    } else result.push(symbols[at]!);
  }
  return result;
}
