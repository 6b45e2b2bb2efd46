import { matchLines } from './line-diff.ts';

type Style = 'tabs' | 'spaces';

/**
 * Changed lines in the file's own indentation: when the file clearly uses tabs and the changed lines clearly use spaces,
 * or vice versa. Everything else stays as the model wrote it.
 */
export function conformIndentation(oldLines: readonly string[], newLines: readonly string[]): readonly string[] {
  const fileStyle = clearStyle(oldLines, 0.8);
  if (fileStyle === undefined) return newLines;
  const match = matchLines(oldLines, newLines);
  const changed = newLines.filter((_, i) => match[i] === -1);
  const changedStyle = clearStyle(changed, 1);
  if (changedStyle === undefined || changedStyle === fileStyle) return newLines;
  const width = spacesPerTab(oldLines, newLines, match, fileStyle);
  const convert = fileStyle === 'tabs' ? spacesToTabs : tabsToSpaces;
  return newLines.map((line, i) => (match[i] === -1 ? convert(line, width) : line));
}

/** The indentation of a line that says something about style; the second line of a block comment (` * …`) does not. */
function indentOf(line: string): string {
  const indent = /^[\t ]*/.exec(line)![0];
  if (indent.length === line.length) return '';
  return indent === ' ' && line[1] === '*' ? '' : indent;
}

function clearStyle(lines: readonly string[], share: number): Style | undefined {
  let tabs = 0;
  let spaces = 0;
  for (const line of lines) {
    const indent = indentOf(line);
    if (indent.startsWith('\t')) tabs++;
    else if (indent.includes('\t')) return undefined;
    else if (indent !== '') spaces++;
  }
  const total = tabs + spaces;
  if (total === 0) return undefined;
  if (tabs >= total * share) return 'tabs';
  return spaces >= total * share ? 'spaces' : undefined;
}

/** How many spaces of one text correspond to a tab of the other: from lines that differ in nothing else, or else a guess. */
function spacesPerTab(
  oldLines: readonly string[],
  newLines: readonly string[],
  match: Int32Array,
  fileStyle: Style,
): number {
  const tabbed = fileStyle === 'tabs' ? oldLines : newLines.filter((_, i) => match[i] === -1);
  const spaced = fileStyle === 'tabs' ? newLines.filter((_, i) => match[i] === -1) : oldLines;
  const depths = new Map<string, number>();
  for (const line of tabbed) {
    const tabs = /^\t+(?=\S)/.exec(line)?.[0].length;
    if (tabs !== undefined) depths.set(line.trim(), tabs);
  }
  const votes = new Map<number, number>();
  for (const line of spaced) {
    const width = indentOf(line).length / (depths.get(line.trim()) ?? Number.NaN);
    if (Number.isInteger(width) && width > 0) votes.set(width, (votes.get(width) ?? 0) + 1);
  }
  const best = [...votes].sort((a, b) => b[1] - a[1])[0];
  return best?.[0] ?? usualWidth(spaced);
}

/** The most frequent step between neighbouring lines; in case of a tie the smaller one. */
function usualWidth(lines: readonly string[]): number {
  const steps = new Map<number, number>();
  let previous: number | undefined;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const width = indentOf(line).length;
    const step = Math.abs(width - (previous ?? width));
    if (step > 1 && step <= 8) steps.set(step, (steps.get(step) ?? 0) + 1);
    previous = width;
  }
  return [...steps].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 4;
}

function spacesToTabs(line: string, width: number): string {
  const spaces = /^ */.exec(line)![0].length;
  return '\t'.repeat(Math.floor(spaces / width)) + ' '.repeat(spaces % width) + line.slice(spaces);
}

function tabsToSpaces(line: string, width: number): string {
  const tabs = /^\t*/.exec(line)![0].length;
  return ' '.repeat(tabs * width) + line.slice(tabs);
}
