/** Lines [first, end) of a file and what comes in their place. */
export interface LineEdit {
  readonly first: number;
  readonly end: number;
  readonly text: readonly string[];
}

/** @returns undefined when edits overlap; several at one place keep their order */
export function withEdits(lines: readonly string[], edits: readonly LineEdit[]): readonly string[] | undefined {
  const pieces: (readonly string[])[] = [];
  let from = 0;
  for (const { first, end, text } of edits.toSorted((a, b) => a.first - b.first || a.end - b.end)) {
    if (first < from) return undefined;
    pieces.push(lines.slice(from, first), text);
    from = end;
  }
  return [...pieces, lines.slice(from)].flat();
}
