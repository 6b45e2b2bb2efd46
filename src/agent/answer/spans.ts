import { type Definition, indentOf } from './definitions.ts';

/** Indices of lines, including `last`. */
export interface Span {
  /** First line, including the comments and decorators directly above. */
  readonly first: number;
  /** The line that names it. */
  readonly head: number;
  readonly last: number;
}

const comment = /^\s*(?:\/\/|\/\*|\*(?:\/|\s|$)|#(?!\[|!\[)|--|"""|''')/;
const decorator = /^\s*(?:@\w|#!?\[)/;

export function isComment(line: string): boolean {
  return comment.test(line);
}

export function isDecorator(line: string): boolean {
  return decorator.test(line);
}

/**
 * A definition's lines, by indentation: all deeper lines below its head, and the line that closes it at its own depth.
 * Works for every language in its usual layout; text at column 0 inside a multi-line string ends it too early.
 */
export function spanOf(lines: readonly string[], definition: Definition): Span {
  const depth = definition.indent;
  let last = definition.line;
  for (let index = definition.line + 1; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === '') continue;
    const indent = indentOf(line).length;
    if (indent > depth) {
      last = index;
      continue;
    }
    if (indent < depth || !/^\s*(?:[)\]}]|\{\s*$|end\b)/.test(line)) break;
    last = index;
    // `): number {` and an opening brace on a line of its own continue it; a closing one ends the definition.
    if (!/[{(:[]\s*$|=>\s*$/.test(line)) break;
  }
  let first = definition.line;
  while (first > 0 && indentOf(lines[first - 1]!).length >= depth && leads(lines[first - 1]!)) first -= 1;
  return { first, head: definition.line, last };
}

function leads(line: string): boolean {
  return line.trim() !== '' && (isComment(line) || isDecorator(line));
}
