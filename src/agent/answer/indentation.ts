import { indentOf } from './definitions.ts';

/**
 * A block with the indentation of its destination. Models return a method as if it began at column 0, or with only its first
 * line moved there.
 * @param original the lines that the block replaces
 * @param verbatim whether a line of the block begins inside a string
 */
export function reindented(
  block: readonly string[],
  original: readonly string[],
  verbatim: (index: number) => boolean = () => false,
): readonly string[] {
  const code = block.filter((_, index) => !verbatim(index));
  const placed = moved(code, original);
  if (code.length === block.length) return placed;
  const inString = movedText(
    block.filter((_, index) => verbatim(index)),
    original,
    shiftOf(code, placed),
  );
  let [nextCode, nextText] = [0, 0];
  return block.map((_, index) => (verbatim(index) ? inString[nextText++]! : placed[nextCode++]!));
}

/** How the first line that moved has moved. */
function shiftOf(before: readonly string[], after: readonly string[]): (line: string) => string {
  const at = before.findLastIndex((line, index) => isText(line) && line !== after[index]);
  if (at < 0) return (line) => line;
  const [old, now] = [indentOf(before[at]!), indentOf(after[at]!)];
  if (now.endsWith(old)) return (line) => now.slice(0, now.length - old.length) + line;
  const removed = old.slice(0, Math.max(0, old.length - now.length));
  return (line) => (line.startsWith(removed) ? line.slice(removed.length) : line);
}

/** Text in a string is code's neighbour only by convention: it moves where that makes it what the original has. */
function movedText(
  text: readonly string[],
  original: readonly string[],
  shift: (line: string) => string,
): readonly string[] {
  const known = new Set(original);
  const shifted = text.map((line) => (isText(line) ? shift(line) : line));
  const moves = text.filter((line, index) => !known.has(line) && known.has(shifted[index]!)).length;
  const stays = text.filter((line, index) => known.has(line) && !known.has(shifted[index]!)).length;
  return moves > stays ? shifted : text;
}

function moved(block: readonly string[], original: readonly string[]): readonly string[] {
  const lines = inUnitsOf(block, original);
  const wanted = indentOf(original.find(isText) ?? '');
  const texts = lines.filter(isText);
  const first = texts[0];
  if (first === undefined) return lines;
  const found = indentOf(first);
  if (found === wanted) return lines;

  const rest = texts.slice(1);
  if (found === '' && wanted !== '' && rest.length > 0) {
    const last = rest.at(-1)!;
    const restInPlace = /^\s*[)\]}]/.test(last)
      ? indentOf(last) === wanted
      : rest.every((line) => indentOf(line).startsWith(wanted) && indentOf(line) !== wanted);
    if (restInPlace) return lines.map((line) => (line === first ? wanted + line : line));
  }
  if (found === '' || wanted.startsWith(found)) {
    const added = wanted.slice(found.length);
    // A line of a multi-line string to the left of everything stays where it was.
    const outside = new Set(original.filter((line) => isText(line) && !line.startsWith(wanted)));
    return lines.map((line) => (isText(line) && !outside.has(line) ? added + line : line));
  }
  const removed = found.slice(wanted.length);
  if (!found.startsWith(wanted) || !texts.every((line) => line.startsWith(removed))) return lines;
  return lines.map((line) => (line.startsWith(removed) ? line.slice(removed.length) : line));
}

/** Indentation in tabs if the original uses only tabs, in spaces if it uses only spaces. */
function inUnitsOf(block: readonly string[], original: readonly string[]): readonly string[] {
  const theirs = units(original);
  const ours = units(block);
  if (theirs.tabs > 0 && theirs.spaces === 0 && ours.tabs === 0 && ours.width > 1) {
    return block.map((line) => {
      const spaces = /^ */.exec(line)![0].length;
      return '\t'.repeat(Math.floor(spaces / ours.width)) + line.slice(spaces - (spaces % ours.width));
    });
  }
  if (theirs.spaces > 0 && theirs.tabs === 0 && ours.tabs > 0 && ours.spaces === 0) {
    const width = theirs.width > 1 ? theirs.width : 4;
    return block.map((line) => {
      const tabs = /^\t*/.exec(line)![0].length;
      return ' '.repeat(width * tabs) + line.slice(tabs);
    });
  }
  return block;
}

/** Number of lines that begin with each, and the smallest indentation above one space (which a comment's stars have). */
function units(lines: readonly string[]): { readonly tabs: number; readonly spaces: number; readonly width: number } {
  let tabs = 0;
  let spaces = 0;
  let width = 0;
  for (const line of lines) {
    if (line.startsWith('\t')) tabs += 1;
    const count = /^ */.exec(line)![0].length;
    if (count < 2 || count === line.length) continue;
    spaces += 1;
    if (width === 0 || count < width) width = count;
  }
  return { tabs, spaces, width };
}

function isText(line: string): boolean {
  return line.trim() !== '';
}
