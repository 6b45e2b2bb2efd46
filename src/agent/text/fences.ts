/**
 * Fenced code blocks, as models write them: CommonMark's fences, but the opening one indented by any amount and the closing one
 * by at most three columns more. One pass over the lines;
 * time is linear in the text whatever it contains.
 */

export interface OpenFence {
  readonly mark: '`' | '~';
  readonly length: number;
  /** White space before the fence; removed from the lines of the block where they have it. */
  readonly indent: string;
  readonly info: string;
}

export interface FencedBlock {
  readonly info: string;
  /** Lines between the fences, without the fence's own indentation. */
  readonly lines: readonly string[];
  /** Index of the line with the opening fence. */
  readonly firstLine: number;
  /** Index of the line with the closing fence, or of the last line of the text. */
  readonly lastLine: number;
  /** False where the text ended first: the answer was cut off. */
  readonly closed: boolean;
}

const fence = /^([ \t]*)(`{3,}|~{3,})(.*)$/;

/** The fence that a line opens outside of a block, if any. */
export function opensFence(line: string): OpenFence | undefined {
  const found = fence.exec(line);
  if (found === null) return undefined;
  const marks = found[2]!;
  const mark = marks[0] === '~' ? '~' : '`';
  const info = found[3]!.trim();
  // "```code```" on one line is inline code.
  if (mark === '`' && info.includes('`')) return undefined;
  return { mark, length: marks.length, indent: found[1]!, info };
}

/** Whether a line inside a block ends it. */
export function closesFence(line: string, open: OpenFence): boolean {
  const found = fence.exec(line);
  if (found === null || found[3]!.trim() !== '') return false;
  // A fence far to the right belongs to an example in a comment of the code.
  if (found[1]!.length > open.indent.length + 3) return false;
  return found[2]![0] === open.mark && found[2]!.length >= open.length;
}

export function fencedBlocks(lines: readonly string[]): readonly FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: OpenFence | undefined;
  let firstLine = 0;
  let body: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      open = opensFence(line);
      firstLine = index;
      body = [];
    } else if (closesFence(line, open)) {
      blocks.push({ info: open.info, lines: body, firstLine, lastLine: index, closed: true });
      open = undefined;
    } else {
      body.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  if (open !== undefined) {
    blocks.push({ info: open.info, lines: body, firstLine, lastLine: lines.length - 1, closed: false });
  }
  return blocks;
}
