import type { TargetFile } from '../task.ts';
import { type Definition, definedOn, defines, definitionsIn, indentOf, mentions, plainName } from './definitions.ts';
import { elidedLine } from './elision.ts';
import { fitItems } from './fit-items.ts';
import { type FitResult, problem } from './fit-result.ts';
import { splitImports, withImports } from './imports.ts';
import { familyOf } from './languages.ts';
import { replacement } from './leading.ts';
import { linesOf, textLike, withoutBlankEnds } from './lines.ts';
import { type Merge, merged } from './merge.ts';
import type { Syntax } from './syntax.ts';

/**
 * The target's new text according to a block. In order:
 * - a block that has all other definitions of the file is the whole file;
 * - one that has some of them replaces these, each in its place;
 * - any other block replaces the focus, after its imports have been moved to those of the file; without a focus it is the whole
 *   file.
 * @param syntax decides where definitions begin and end; without it their indentation does
 */
export function fitBlock(target: TargetFile, given: readonly string[], syntax?: Syntax): FitResult {
  const lines = linesOf(target.text);
  const block = withoutBlankEnds(given);
  if (block.length === 0) return problem('empty', `The code block for ${target.path} is empty.`);
  const elided = elidedLine(block, lines);
  if (elided !== undefined) {
    return problem('elided', `The code block for ${target.path} leaves code out: "${clipped(elided)}".`);
  }
  const parsed = syntax && fitItems(target, block, syntax);
  if (parsed !== undefined) return parsed;

  const { focus } = target;
  const own = focus === undefined ? undefined : plainName(focus.symbol);
  const range = focus === undefined ? undefined : focusRange(focus, lines.length);
  const others = landmarks(definitionsIn(lines), range, lines);
  const inBlock = new Set(definitionsIn(block).map((definition) => definition.name));
  const missing = others.filter((other) => !inBlock.has(other.name));
  const covered = others.filter((other) => inBlock.has(other.name));
  const hasOwn = own === undefined || isIn(own, block, focusLines(lines, range));

  if (range === undefined || own === undefined) {
    if (range !== undefined) return withFocus(target, lines, range, block, own);
    if (missing.length === 0) return whole(target, block);
    if (covered.length === 0) {
      return problem(
        'symbol-missing',
        `The code block for ${target.path} defines none of what the file defines (${some(missing)}).`,
      );
    }
    if (standsForWhole(block, lines)) return whole(target, block);
    return fromMerge(target, merged(lines, block, covered, undefined, target.language));
  }
  if (hasOwn && covered.length > 0 && missing.length === 0 && hasMostOf(block, lines, range))
    return whole(target, block);
  // The parser could not read the block, but has said where the focus is.
  if (syntax !== undefined && isOnly(own, block)) return withFocus(target, lines, range, block, own);
  if (covered.length > 0) {
    return fromMerge(
      target,
      merged(lines, block, covered, hasOwn ? { name: own, ...range } : undefined, target.language),
    );
  }
  if (!hasOwn) {
    return problem(
      'symbol-missing',
      `The code block for ${target.path} does not define ${own}, which it should replace.`,
    );
  }
  return withFocus(target, lines, range, block, own);
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function focusRange(focus: NonNullable<TargetFile['focus']>, count: number): Range {
  const last = Math.max(0, Math.min(focus.lastLine, count) - 1);
  return { first: Math.max(0, Math.min(focus.firstLine - 1, last)), last };
}

function focusLines(lines: readonly string[], range: Range | undefined): readonly string[] {
  return range === undefined ? [] : lines.slice(range.first, range.last + 1);
}

/** Top-level definitions outside the focus, and those beside the focus in the same class. */
function landmarks(
  all: readonly Definition[],
  range: Range | undefined,
  lines: readonly string[],
): readonly Definition[] {
  const outside = all.filter(
    (one) => !one.minor && (range === undefined || one.line < range.first || one.line > range.last),
  );
  const depth =
    range === undefined ? 0 : indentOf(lines.slice(range.first).find((line) => line.trim() !== '') ?? '').length;
  const container = depth === 0 ? undefined : outside.findLast((one) => one.indent < depth && one.line < range!.first);
  const end =
    container === undefined
      ? -1
      : (outside.find((one) => one.line > range!.last && one.indent <= container.indent)?.line ?? lines.length);
  return outside.filter(
    (one) =>
      one.indent === 0 ||
      (container !== undefined && one.indent === depth && one.line > container.line && one.line < end),
  );
}

/** If the definition is not recognised even in the original, occurrence of the bare word has to do. */
function isIn(name: string, block: readonly string[], original: readonly string[]): boolean {
  return defines(original, name) ? defines(block, name) : mentions(block.join('\n'), name);
}

/** Whether nothing else is defined at the level of the block's first definition. */
function isOnly(name: string, block: readonly string[]): boolean {
  const defined = definitionsIn(block);
  const outermost = defined.filter(({ indent }) => indent <= defined[0]!.indent);
  return outermost.length === 1 && outermost[0]!.name === name;
}

/** Whether the block contains at least half of the significant lines outside the focus. */
function hasMostOf(block: readonly string[], lines: readonly string[], range: Range): boolean {
  const given = new Set(block.map((line) => line.trim()));
  const outside = lines.filter((line, index) => (index < range.first || index > range.last) && line.trim().length > 3);
  return outside.filter((line) => given.has(line.trim())).length * 2 >= outside.length;
}

/** A block without some of the file's definitions is still the whole file when it begins and ends like it. */
function standsForWhole(block: readonly string[], lines: readonly string[]): boolean {
  const text = lines.filter((line) => line.trim() !== '');
  const given = block.filter((line) => line.trim() !== '');
  const last = text.findLast((line) => line.trim().length > 3);
  return given[0]?.trimEnd() === text[0]?.trimEnd() && given.some((line) => line.trimEnd() === last?.trimEnd());
}

function whole(target: TargetFile, block: readonly string[]): FitResult {
  return { kind: 'text', text: textLike(target.text, block) };
}

function fromMerge(target: TargetFile, result: Merge): FitResult {
  if (result.kind === 'unclear') {
    return problem('elided', `The code block for ${target.path} is a fragment of it, and ${result.why}.`);
  }
  return { kind: 'text', text: textLike(target.text, result.lines) };
}

const exporting: readonly RegExp[] = [/^module\.exports\s*=/, /^export\s*\{/, /^export\s+default\s+[\w$]+\s*;?$/];

function withFocus(
  target: TargetFile,
  lines: readonly string[],
  range: Range,
  block: readonly string[],
  own: string | undefined,
): FitResult {
  const { imports, rest } = splitImports(block, target.language);
  const before = lines.slice(0, range.first);
  const after = lines.slice(range.last + 1);
  const original = focusLines(lines, range);
  const kept = familyOf(target.language) === 'js' ? withoutExports(rest, [...before, ...after]) : rest;
  const chunk = withoutBlankEnds(kept);
  if (chunk.length === 0) return problem('empty', `The code block for ${target.path} has no code but imports.`);
  const withChunk = (text: readonly string[]): readonly string[] => [
    ...before,
    ...replacement(text, original, own, target.language),
    ...after,
  ];
  if (imports.length === 0) return { kind: 'text', text: textLike(target.text, withChunk(chunk)) };
  const done = withImports(withChunk(chunk), imports, target.language);
  return { kind: 'text', text: textLike(target.text, done ?? withChunk(withoutBlankEnds(block))) };
}

/** Drops statements at the end of a block that repeat exports of the file. */
function withoutExports(block: readonly string[], outside: readonly string[]): readonly string[] {
  const kinds = exporting.filter((pattern) => outside.some((line) => pattern.test(line)));
  for (let index = block.length - 1; index >= 0; index--) {
    const line = block[index]!;
    if (kinds.some((pattern) => pattern.test(line)) && definedOn(line) === undefined) {
      return withoutExports(block.slice(0, index), outside);
    }
    if (line.trim() !== '' && !/^(?:\s+[\w$.]+(?:\s*:\s*[\w$.]+)?,?|\}[;,]?)\s*$/.test(line)) break;
  }
  return block;
}

function some(definitions: readonly Definition[]): string {
  const names = definitions.slice(0, 3).map((definition) => definition.name);
  return names.join(', ') + (definitions.length > 3 ? ', …' : '');
}

function clipped(line: string): string {
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
