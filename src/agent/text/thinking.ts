import { closesFence, type OpenFence, opensFence } from './fences.ts';

/** Names of the tags that reasoning models write around their thinking, and the one in square brackets. */
const names = 'think|thinking|thought|reasoning';
const openingTag = new RegExp(`[ \\t]*(?:<(${names})>|\\[(THINK)\\])`, 'iy');
const closingTag = new RegExp(`(?:</(${names})>|\\[/(THINK)\\])`, 'gi');
const blankToLineEnd = /[ \t\r]*$/y;

export interface SeparatedAnswer {
  /** The answer without thinking and the blank lines around it; exactly the text if there was no thinking. */
  readonly answer: string;
  /** All thinking, trimmed; '' when there was none. */
  readonly thinking: string;
}

/**
 * Separates a model's thinking from its answer, in linear time.
 * - `<think>…</think>` is thinking wherever the opening tag begins a line outside a fenced block. Inside thinking, fences
 *   have no meaning: drafts there are often left open.
 * - A closing tag without an opening one ends thinking that the chat template opened: everything before it is thinking.
 *   It counts outside fenced and inline code only.
 * - An opening tag that is never closed makes the rest thinking.
 */
export function stripThinking(text: string): SeparatedAnswer {
  const thinking: string[] = [];
  let answer: string[] = [];
  let found = false;
  /** Name of the tag of the thinking at this point. */
  let inside: string | undefined;
  let fence: OpenFence | undefined;
  const textEnd = text.trimEnd().length;

  let lineStart = 0;
  for (const line of text.split('\n')) {
    let from = 0;
    for (;;) {
      if (inside !== undefined) {
        const close = findClosing(line, from, inside);
        if (close === undefined) {
          thinking.push(line.slice(from));
          break;
        }
        thinking.push(line.slice(from, close.start));
        from = close.end;
        inside = undefined;
        if (matches(blankToLineEnd, line, from)) break;
        continue;
      }
      if (fence !== undefined) {
        answer.push(line);
        if (closesFence(line, fence)) fence = undefined;
        break;
      }
      openingTag.lastIndex = from;
      const opening = openingTag.exec(line);
      if (opening !== null) {
        found = true;
        inside = (opening[1] ?? opening[2])!.toLowerCase();
        from = openingTag.lastIndex;
        continue;
      }
      const lone = findClosing(line, from, undefined);
      if (lone !== undefined) {
        // A stray tag at the very end, after properly closed thinking, ends nothing.
        if (found && lineStart + lone.end >= textEnd) {
          answer.push(line.slice(from, lone.start));
          break;
        }
        found = true;
        for (const moved of answer) thinking.push(moved);
        answer = [];
        thinking.push(line.slice(from, lone.start));
        from = lone.end;
        if (matches(blankToLineEnd, line, from)) break;
        continue;
      }
      const rest = line.slice(from);
      fence = opensFence(rest);
      answer.push(rest);
      break;
    }
    lineStart += line.length + 1;
  }
  if (!found) return { answer: text, thinking: '' };
  return { answer: withoutBlankLinesAround(answer), thinking: thinking.join('\n').trim() };
}

/** The next closing tag: of the name given, or of any name where it is not written as inline code. */
function findClosing(
  line: string,
  from: number,
  name: string | undefined,
): { readonly start: number; readonly end: number } | undefined {
  closingTag.lastIndex = from;
  for (let tag = closingTag.exec(line); tag !== null; tag = closingTag.exec(line)) {
    const start = tag.index;
    const end = closingTag.lastIndex;
    const fits =
      name === undefined ? line[start - 1] !== '`' && line[end] !== '`' : (tag[1] ?? tag[2])!.toLowerCase() === name;
    if (fits) return { start, end };
  }
  return undefined;
}

function matches(sticky: RegExp, line: string, from: number): boolean {
  sticky.lastIndex = from;
  return sticky.test(line);
}

function withoutBlankLinesAround(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  return first < 0 ? '' : lines.slice(first).join('\n').trimEnd();
}
