import type { Neighbour, TargetFile } from '../task.ts';
import type { FencedBlock } from '../text/fences.ts';

/** The file that a block says it is for. */
export type Label =
  | { readonly kind: 'none' }
  | { readonly kind: 'target'; readonly target: TargetFile }
  /** A path that is not a target. */
  | { readonly kind: 'other'; readonly path: string };

const none: Label = { kind: 'none' };
/** Text with an extension or a folder, and without spaces: `src/a.js`, `./a.py`, `C:\x\a.go`. */
const pathLike = /^(?:[\w@.~-]+:)?[\w@.+()[\]~\\/-]{1,300}$/;

/** The language tag of an info string such as `js path=src/a.js`, `src/a.js` or `js:src/a.js`. */
export function languageTag(info: string): string {
  const first = /^[^\s:{,]*/.exec(info)![0];
  return looksLikePath(first) ? '' : first.replace(/^\./, '').toLowerCase();
}

/**
 * The path in a block's info string, in the comment on its first line, or on the line before it.
 * @param before the nearest line with text before the block
 */
export function labelOf(
  block: FencedBlock,
  before: string,
  targets: readonly TargetFile[],
  neighbours: readonly Neighbour[],
): { readonly label: Label; readonly lines: readonly string[] } {
  const comment = commentPath(block.lines[0] ?? '');
  const lines = withoutOwnLabel(block.lines, targets);
  const paths = [...infoPaths(block.info), ...(comment === undefined ? [] : [comment])];
  for (const path of paths) {
    const label = resolved(path, targets, neighbours);
    if (label.kind !== 'none') return { label, lines };
  }
  // A name that exists nowhere, such as "// example.js", is decoration.
  return { label: lineLabel(before, targets, neighbours), lines: comment === undefined ? lines : block.lines.slice(1) };
}

/** A line such as `**src/a.js**`, `### src/a.js`, `File: src/a.js` or "In `src/a.js`:". */
export function lineLabel(line: string, targets: readonly TargetFile[], neighbours: readonly Neighbour[]): Label {
  if (line.length > 300) return none;
  const bare = line
    .replace(/[*`#>"']+/g, ' ')
    .trim()
    .replace(/:$/, '')
    .trim();
  const alone = bare.replace(
    /^(?:\d+[.)]\s*)?(?:(?:file ?name|file ?path|file|path|in|update|updated|modified)\s*:?\s+)?/i,
    '',
  );
  if (looksLikePath(alone) && !alone.includes(' ')) return resolved(alone, targets, neighbours);
  if (line.length > 160) return none;
  const named = bare
    .split(/\s+/)
    .map((word) => resolved(word.replace(/[.,:;!?)]+$/, '').replace(/^\(/, ''), targets, []))
    .filter((label) => label.kind === 'target');
  const [only] = named;
  return only !== undefined && named.every((label) => label.target.path === only.target.path) ? only : none;
}

function* infoPaths(info: string): Generator<string> {
  const given = /(?:path|file|filename|title|name)\s*[=:]\s*["'{]?([^\s"'}]+)/i.exec(info)?.[1];
  if (given !== undefined) yield given;
  for (const token of info.split(/\s+/)) {
    const path = token.replace(/^[\w+#-]+:(?![\\/])/, '').replace(/^[("'{[]|[)"'}\]]$/g, '');
    if (looksLikePath(path)) yield path;
  }
}

function commentPath(line: string): string | undefined {
  if (line.length > 300) return undefined;
  const found =
    /^\s*(?:\/\/+|#+|--|\/\*+|<!--)\s*(?:(?:file ?name|file|path)\s*:?\s*)?(\S+?)\s*(?:\*+\/|-->)?\s*$/i.exec(line);
  return found !== null && looksLikePath(found[1]!) ? found[1]! : undefined;
}

/** Drops a comment with the path on the first line, unless the target has it as well. */
function withoutOwnLabel(lines: readonly string[], targets: readonly TargetFile[]): readonly string[] {
  const comment = commentPath(lines[0] ?? '');
  if (comment === undefined) return lines;
  const label = resolved(comment, targets, []);
  if (label.kind !== 'target' || label.target.text.split('\n', 1)[0]!.trim() === lines[0]!.trim()) return lines;
  return lines.slice(1);
}

function looksLikePath(text: string): boolean {
  return pathLike.test(text) && /[\w)\]]\.\w{1,10}$/.test(text) && !/^\d+(?:\.\d+)*$/.test(text);
}

function resolved(path: string, targets: readonly TargetFile[], neighbours: readonly Neighbour[]): Label {
  const wanted = normalised(path);
  const exact = targets.find((target) => target.path === wanted);
  if (exact !== undefined) return { kind: 'target', target: exact };
  if (wanted !== '') {
    const ending = targets.filter((target) => target.path.endsWith(`/${wanted}`));
    if (ending.length === 1) return { kind: 'target', target: ending[0]! };
    // The whole path on some machine, as tests print it.
    const absolute = /^(?:\/|[A-Za-z]:\/)/.test(wanted);
    const within = targets.filter((target) => wanted.endsWith(`/${target.path}`));
    if (absolute && within.length === 1) return { kind: 'target', target: within[0]! };
  }
  // "Node.js" looks like a path too: without a folder it must be a known file.
  const file = wanted.includes('/') || neighbours.some((neighbour) => `/${neighbour.path}`.endsWith(`/${wanted}`));
  return file ? { kind: 'other', path: path.slice(0, 200) } : none;
}

function normalised(path: string): string {
  return path
    .replace(/\\/g, '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/{2,}/g, '/');
}
