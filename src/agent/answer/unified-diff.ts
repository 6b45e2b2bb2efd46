/** Unified diffs as models write them: with or without headers, with wrong line numbers, in blocks of any language. */

export interface Hunk {
  /** The path that a header names, as it is written there. */
  readonly path?: string;
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

const hunkHead = /^@@.*@@/;
const header = /^(?:diff --git |index [0-9a-f]+|--- |\+\+\+ |new file mode|old mode|new mode|similarity index|rename )/;
const newPath = /^\+\+\+ (?:b\/)?([^\t\r\n]+)/;

/**
 * Whether lines are a diff rather than code: every line has a diff's first column, and something is taken away or added.
 * Code in which each line happens to be indented has neither sign.
 */
export function isUnifiedDiff(lines: readonly string[]): boolean {
  const written = lines.filter((line) => line.trim() !== '');
  const changed = written.some((line) => /^[+-]/.test(line) && !header.test(line));
  return changed && written.every((line) => /^[ +\-\t\\]/.test(line) || hunkHead.test(line) || header.test(line));
}

/** Its hunks; those without a change are left out. */
export function hunksOf(lines: readonly string[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let path: string | undefined;
  let search: string[] = [];
  let replace: string[] = [];
  const end = () => {
    const changes = search.length !== replace.length || search.some((line, index) => line !== replace[index]);
    if (changes) hunks.push({ ...(path !== undefined && { path }), search, replace });
    search = [];
    replace = [];
  };
  for (const line of lines) {
    if (hunkHead.test(line)) end();
    else if (header.test(line)) {
      end();
      path = newPath.exec(line)?.[1] ?? path;
    } else if (line.startsWith('-')) search.push(line.slice(1));
    else if (line.startsWith('+')) replace.push(line.slice(1));
    else if (!line.startsWith('\\')) {
      const context = line.startsWith(' ') ? line.slice(1) : line;
      search.push(context);
      replace.push(context);
    }
  }
  end();
  return hunks;
}
