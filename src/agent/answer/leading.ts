import { definedOn } from './definitions.ts';
import { reindented } from './indentation.ts';
import { familyOf } from './languages.ts';
import { isComment, isDecorator } from './spans.ts';

/**
 * What replaces a definition: the block at the original's indentation, with the comments and decorators above the original if
 * the block has none, and with the original's `export` if the block lacks it.
 */
export function replacement(
  block: readonly string[],
  original: readonly string[],
  name: string | undefined,
  language: string,
  parsed?: Parsed,
): readonly string[] {
  const theirs = parts(original, parsed?.theirs);
  const body = theirs.rest.length > 0 ? theirs.rest : original;
  const ours = parts(block, parsed?.ours);
  // If the block has nothing above the definition, indentation is compared by the definition's own lines.
  const placed = reindented(block, ours.leading.length === 0 ? body : original, parsed?.verbatim);
  const exported = familyOf(language) === 'js' ? withExport(placed, body, name) : placed;
  if (theirs.leading.length === 0 || theirs.rest.length === 0) return exported;
  if (ours.leading.length === 0) return [...theirs.leading, ...exported];
  const lost = theirs.leading.some(isDecorator) && !ours.leading.some(isDecorator);
  if (lost) {
    const count = ours.leading.length;
    return [...exported.slice(0, count), ...decoratorsOf(theirs.leading), ...exported.slice(count)];
  }
  const undocumented = !ours.leading.some(isComment)
    ? theirs.leading.filter((line) => !inDecorators(line, theirs.leading))
    : [];
  return [...undocumented, ...exported];
}

/** What the parser knows of a block and of what it replaces. */
export interface Parsed {
  /** Number of lines above the definition itself. */
  readonly ours: number;
  readonly theirs: number;
  /** Whether a line of the block begins inside a string. */
  verbatim(index: number): boolean;
}

function parts(lines: readonly string[], above: number | undefined): Parts {
  return above === undefined ? split(lines) : { leading: lines.slice(0, above), rest: lines.slice(above) };
}

interface Parts {
  readonly leading: readonly string[];
  readonly rest: readonly string[];
}

/** Comments, decorators and blank lines at the top; a decorator's arguments may span several lines. */
function split(lines: readonly string[]): Parts {
  let index = 0;
  let depth = 0;
  let inBlockComment = false;
  for (; index < lines.length; index++) {
    const line = lines[index]!;
    if (inBlockComment) {
      inBlockComment = !line.includes('*/');
      continue;
    }
    if (depth > 0 || isDecorator(line)) {
      depth = Math.max(0, depth + balance(line));
      continue;
    }
    if (/^\s*\/\*/.test(line)) {
      inBlockComment = !line.slice(line.indexOf('/*') + 2).includes('*/');
      if (!inBlockComment && !/\*\/\s*$/.test(line)) break;
      continue;
    }
    if (line.trim() === '' || /^\s*(?:\/\/|#|--)/.test(line)) continue;
    break;
  }
  return { leading: lines.slice(0, index), rest: lines.slice(index) };
}

function decoratorsOf(leading: readonly string[]): readonly string[] {
  let depth = 0;
  return leading.filter((line) => {
    const part = depth > 0 || isDecorator(line);
    if (part) depth = Math.max(0, depth + balance(line));
    return part;
  });
}

function inDecorators(line: string, leading: readonly string[]): boolean {
  return decoratorsOf(leading).includes(line);
}

function balance(line: string): number {
  let depth = 0;
  for (const character of line) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
  }
  return depth;
}

/** Models may repeat an exported function without `export`, and tests could then not import it. */
function withExport(
  block: readonly string[],
  original: readonly string[],
  name: string | undefined,
): readonly string[] {
  if (name === undefined) return block;
  const head = original.find((line) => definedOn(line) === name);
  const keyword = /^export\s+(?:default\s+)?/.exec(head ?? '')?.[0];
  if (keyword === undefined || block.some((line) => /^\s*(?:export\b|module\.exports\b|exports\.)/.test(line)))
    return block;
  const at = block.findIndex((line) => definedOn(line) === name);
  return at < 0 ? block : block.map((line, index) => (index === at ? keyword + line.trimStart() : line));
}
