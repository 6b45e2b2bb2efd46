import { indentOf } from './definitions.ts';

/** Where lines were found, and how their indentation differs. */
export interface LineMatch {
  readonly at: number;
  /** What to put before every line that replaces them, or to remove from it. */
  readonly added: string;
  readonly removed: string;
}

/**
 * The only place where `wanted` occurs in `lines[from … end)`.
 * Lines are compared in three ways, and the strictest that finds anything decides: exactly; without white space at line ends;
 * with the same additional or missing indentation in front of every line.
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

/** The uniform difference in indentation between the lines from `at` on and those wanted. */
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
