/** Lines of a text with line feeds, without an empty last one. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** With a final line feed if the original has one or is empty. */
export function textLike(original: string, lines: readonly string[]): string {
  let end = lines.length;
  while (end > 0 && lines[end - 1]!.trim() === '') end -= 1;
  const text = lines.slice(0, end).join('\n');
  return text !== '' && (original === '' || original.endsWith('\n')) ? `${text}\n` : text;
}

export function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  let first = 0;
  let end = lines.length;
  while (first < end && lines[first]!.trim() === '') first += 1;
  while (end > first && lines[end - 1]!.trim() === '') end -= 1;
  return lines.slice(first, end);
}

/** Whether texts are equal except for white space at line ends and empty lines at both ends. */
export function sameText(a: readonly string[], b: readonly string[]): boolean {
  const [x, y] = [withoutBlankEnds(a), withoutBlankEnds(b)];
  return x.length === y.length && x.every((line, index) => line.trimEnd() === y[index]!.trimEnd());
}

/** The lines of an answer, with whatever line endings. */
export function answerLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
}
