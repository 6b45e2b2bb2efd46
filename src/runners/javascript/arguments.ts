/** What a run drops from the words that a developer wrote, such as `--watch` and reporters. */
export interface DroppedArguments {
  /** Options without a value, as `--watch`, `-w`, or `--watch=true`. */
  readonly flags: readonly string[];
  /** Options with one, as `--reporter dot` or `--reporter=dot`. */
  readonly valued: readonly string[];
  /** Subcommands, as in `vitest watch`; only as the first word. */
  readonly first?: readonly string[];
}

/** The words without the dropped ones; after `--` everything stays. */
export function without(words: readonly string[], dropped: DroppedArguments): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return [...kept, ...words.slice(at)];
    if (at === 0 && dropped.first?.includes(word)) continue;
    const name = word.startsWith('-') ? word.split('=', 1)[0]! : undefined;
    if (name === undefined) kept.push(word);
    else if (dropped.flags.includes(name)) continue;
    else if (!dropped.valued.includes(name)) kept.push(word);
    else if (!word.includes('=')) at++;
  }
  return kept;
}

/** Puts options where they are options: before a `--`. */
export function withOptions(words: readonly string[], options: readonly string[]): string[] {
  const end = words.indexOf('--');
  return end < 0 ? [...words, ...options] : [...words.slice(0, end), ...options, ...words.slice(end)];
}
