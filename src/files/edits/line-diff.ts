import { diffArrays } from 'diff';

/** Beyond this many changed lines the exact difference costs more memory than it is worth. */
const maxEdits = 1000;

/**
 * Matches the lines of a new text with those of an old one.
 * @returns for each new line the index of the same line in the old text, or −1; increasing where not −1
 */
export function matchLines(oldLines: readonly string[], newLines: readonly string[]): Int32Array {
  const match = new Int32Array(newLines.length).fill(-1);
  let start = 0;
  const shorter = Math.min(oldLines.length, newLines.length);
  while (start < shorter && oldLines[start] === newLines[start]) match[start] = start++;
  let oldEnd = oldLines.length;
  let newEnd = newLines.length;
  while (oldEnd > start && newEnd > start && oldLines[oldEnd - 1] === newLines[newEnd - 1]) match[--newEnd] = --oldEnd;
  if (start === oldEnd || start === newEnd) return match;

  const changes = diffArrays(oldLines.slice(start, oldEnd), newLines.slice(start, newEnd), {
    maxEditLength: maxEdits,
  });
  if (changes === undefined) {
    matchGreedily(oldLines, newLines, { start, oldEnd, newEnd }, match);
    return match;
  }
  let oldIndex = start;
  let newIndex = start;
  for (const { added, removed, count } of changes) {
    if (!added && !removed) for (let i = 0; i < count; i++) match[newIndex + i] = oldIndex + i;
    if (!added) oldIndex += count;
    if (!removed) newIndex += count;
  }
  return match;
}

/** Matches each new line with the next old line of the same text, if there is one close enough. */
function matchGreedily(
  oldLines: readonly string[],
  newLines: readonly string[],
  range: { readonly start: number; readonly oldEnd: number; readonly newEnd: number },
  match: Int32Array,
): void {
  const positions = new Map<string, number[]>();
  for (let i = range.oldEnd - 1; i >= range.start; i--) {
    const known = positions.get(oldLines[i]!);
    if (known) known.push(i);
    else positions.set(oldLines[i]!, [i]);
  }
  let from = range.start;
  for (let i = range.start; i < range.newEnd; i++) {
    const candidates = positions.get(newLines[i]!);
    while (candidates && candidates.length > 0 && candidates.at(-1)! < from) candidates.pop();
    const found = candidates?.at(-1);
    // A line that occurs far below, such as a lone brace, would leave everything between without a partner.
    if (found === undefined || found - from > maxEdits) continue;
    match[i] = found;
    from = found + 1;
  }
}
