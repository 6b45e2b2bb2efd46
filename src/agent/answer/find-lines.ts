import { indentOf } from './definitions.ts';

/** How lines were found: as they are, but for white space at their ends, or at another indentation. */
export interface LineMatch {
  readonly at: number;
  /** What to put before, or take off, every line that replaces them. */
  readonly added: string;
  readonly removed: string;
}

/**
 * The one place where `wanted` stands in `lines[from … end)`.
 * Three ways of comparing, the strictest that finds anything decides: exactly; without white space at line ends; with one
 * indentation more or less in front of every line.
 */
export function findLines(
  lines: readonly string[],
  wanted: readonly string[],
  from: number,
  end: number,
): LineMatch | 'none' | 'several' {
  for (const same of [(line: string) => line, (line: string) => line.trimEnd()]) {
    const places = occurrences(lines.slice(from, end).map(same), wanted.map(same), 2);
    if (places.length > 1) return 'several';
    if (places.length === 1) return { at: from + places[0]!, added: '', removed: '' };
  }
  const shifted = occurrences(lines.slice(from, end).map(trimmed), wanted.map(trimmed), 100)
    .map((place) => offset(lines, wanted, from + place))
    .filter((place) => place !== undefined);
  if (shifted.length > 1) return 'several';
  return shifted[0] ?? 'none';
}

function trimmed(line: string): string {
  return line.trim();
}

/** The uniform difference of indentation between the lines from `at` on and those wanted. */
function offset(lines: readonly string[], wanted: readonly string[], at: number): LineMatch | undefined {
  let found: LineMatch | undefined;
  for (const [index, line] of wanted.entries()) {
    if (line.trim() === '') continue;
    const theirs = indentOf(lines[at + index]!);
    const ours = indentOf(line);
    found ??= theirs.endsWith(ours)
      ? { at, added: theirs.slice(0, theirs.length - ours.length), removed: '' }
      : { at, added: '', removed: ours.slice(0, Math.max(0, ours.length - theirs.length)) };
    if (found.added + ours !== found.removed + theirs) return undefined;
  }
  return found;
}

/** Where `wanted` begins in `lines`, at most `limit` places; Knuth, Morris and Pratt's search, linear in both. */
function occurrences(lines: readonly string[], wanted: readonly string[], limit: number): readonly number[] {
  if (wanted.length === 0) return [];
  const fallback: number[] = [0];
  for (let index = 1, matched = 0; index < wanted.length; index++) {
    while (matched > 0 && wanted[index] !== wanted[matched]) matched = fallback[matched - 1]!;
    if (wanted[index] === wanted[matched]) matched += 1;
    fallback.push(matched);
  }
  const places: number[] = [];
  for (let index = 0, matched = 0; index < lines.length && places.length < limit; index++) {
    while (matched > 0 && lines[index] !== wanted[matched]) matched = fallback[matched - 1]!;
    if (lines[index] === wanted[matched]) matched += 1;
    if (matched < wanted.length) continue;
    places.push(index - wanted.length + 1);
    matched = fallback[matched - 1]!;
  }
  return places;
}
