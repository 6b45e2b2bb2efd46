import type { TargetFile } from '../task.ts';
import { indentOf, plainName } from './definitions.ts';
import { type FitResult, problem } from './fit-result.ts';
import { withImports } from './imports.ts';
import { counterpart, textOf, type Unit, unitsOf } from './item-match.ts';
import { likest } from './likest.ts';
import { withEdits } from './line-edits.ts';
import { linesOf, textLike } from './lines.ts';
import { type Merging, mergeLevel, type Read, type Unclear } from './merge-items.ts';
import type { Syntax, SyntaxItem } from './syntax.ts';

/**
 * The target's new text according to a block, both read by a parser. What the block does not mention stays; a block with all
 * of the file's definitions, or one that begins and ends like the file, is the whole file.
 * @returns undefined when the parser cannot read one of them, or when the focus has no name
 */
export function fitItems(target: TargetFile, block: readonly string[], syntax: Syntax): FitResult | undefined {
  const own = target.focus === undefined ? undefined : plainName(target.focus.symbol);
  if (target.focus !== undefined && own === undefined) return undefined;
  const file = readFile(target, syntax);
  const given = readBlock(target.path, block, syntax);
  if (file === undefined || given === undefined || file.tree.items.length === 0) return undefined;
  const focus = own === undefined ? undefined : focusIn(file, target, own);
  const merging = { file, block: given.read, language: target.language, edits: [], kept: [] };
  const result = isWhole(file, given.read, focus) ? whole(merging) : merge(merging, focus, given.members);
  if ('problem' in result) return problem(result.problem, `The code block for ${target.path} ${result.why}.`);
  return finished(target, result, syntax);
}

interface Failed {
  readonly problem: 'symbol-missing' | 'unclear' | 'empty';
  readonly why: string;
}
interface Merged {
  readonly lines: readonly string[];
  readonly kept: readonly string[];
}

function finished(target: TargetFile, { lines, kept }: Merged, syntax: Syntax): FitResult {
  const text = textLike(target.text, lines);
  if (syntax.read(target.path, text)?.sound !== true) {
    return problem('unclear', `It is not clear where the parts of the code block for ${target.path} belong.`);
  }
  return { kind: 'text', text, ...(kept.length > 0 && { kept }) };
}

function unclear({ unclear: why }: Unclear): Failed {
  return { problem: 'unclear', why: `is a part of the file, and ${why}` };
}

function readFile({ path, text }: TargetFile, syntax: Syntax): Read | undefined {
  const tree = syntax.read(path, text);
  return tree?.sound === true ? { lines: linesOf(text), tree } : undefined;
}

/** A block in the middle of a file is indented, and members come without their class. */
function readBlock(
  path: string,
  block: readonly string[],
  syntax: Syntax,
): { readonly read: Read; readonly members: boolean } | undefined {
  const indent = indentOf(block[0]!);
  const text = block.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
  const tree = syntax.read(path, text);
  if (tree?.sound === true) return { read: { lines: block, tree }, members: false };
  const members = syntax.readMembers(path, text.replace(/,\s*$/, ''));
  return members?.sound === true ? { read: { lines: block, tree: members }, members: true } : undefined;
}

/** The definition that a target's focus names, and the levels of the file around it, outermost first. */
interface FocusItem {
  readonly item: SyntaxItem;
  readonly around: readonly SyntaxItem[];
}

function focusIn({ tree, lines }: Read, { focus }: TargetFile, name: string): FocusItem {
  const first = focus!.firstLine - 1;
  const last = Math.min(focus!.lastLine, lines.length) - 1;
  const around: SyntaxItem[] = [];
  for (let level = tree.items; ; ) {
    const item = level.find((one) => one.first <= last && one.last >= first);
    if (item === undefined || item.first > first || item.last < last) break;
    if (item.name === name && Math.abs(item.head - first) <= item.head - item.first + (last - first)) {
      const inner = [...(item.members ?? []), ...(item.nested ?? [])].some(
        (one) => one.first <= first && one.last >= last,
      );
      if (!inner) return { item: { ...item, first, last }, around };
    }
    around.push(item);
    level = [...(item.members ?? []), ...(item.nested ?? [])];
  }
  const item = { kind: 'function', type: '', name, role: '', first, head: first, last, alone: true } as const;
  return { item, around };
}

const defining = (item: SyntaxItem) => item.name !== undefined && (item.kind === 'function' || item.kind === 'class');

function isWhole(file: Read, block: Read, focus: FocusItem | undefined): boolean {
  const ours = unitsOf(block.tree.items);
  const theirs = unitsOf(file.tree.items);
  const has = (unit: Unit) =>
    unit.name === undefined
      ? ours.some((other) => textOf(other, block.lines) === textOf(unit, file.lines))
      : ours.some((other) => counterpart(other, theirs, ours) === unit);
  const imported = (items: readonly SyntaxItem[]) => items.some((one) => one.kind === 'import');
  const rest = theirs.filter((unit) => unit.kind !== 'import' && unit.kind !== 'preamble' && !has(unit));
  const complete = rest.length === 0 && (!imported(theirs) || imported(ours));
  const [begins, ends] = sameEnds(file.lines, block.lines);
  if (begins && (complete || (ends && focus === undefined))) return true;
  const covered = theirs.some(defining) && rest.every((unit) => !defining(unit));
  return covered && hasMostOf(file, block, theirs);
}

/** At least half of the significant lines outside the file's definitions. */
function hasMostOf(file: Read, block: Read, theirs: readonly SyntaxItem[]): boolean {
  const given = new Set(block.lines.map((line) => line.trim()));
  const inside = new Set<number>();
  for (const one of theirs.filter(defining)) for (let line = one.first; line <= one.last; line++) inside.add(line);
  const outside = file.lines.filter((line, index) => !inside.has(index) && line.trim().length > 3);
  return outside.length > 0 && outside.filter((line) => given.has(line.trim())).length * 2 >= outside.length;
}

/** Whether the block begins with the file's first line, and whether it has the last one of significance. */
function sameEnds(file: readonly string[], block: readonly string[]): readonly [boolean, boolean] {
  const text = file.filter((line) => line.trim() !== '').map((line) => line.trimEnd());
  const given = block.filter((line) => line.trim() !== '').map((line) => line.trimEnd());
  return [given[0] === text[0], given.includes(text.findLast((line) => line.trim().length > 3) ?? '')];
}

/** The block as it is, except that members which its classes do not have stay. */
function whole({ file, block, language }: Merging): Merged | Failed {
  const ours = unitsOf(block.tree.items);
  const theirs = unitsOf(file.tree.items);
  const edits: { first: number; end: number; text: readonly string[] }[] = [];
  const kept: string[] = [];
  for (const unit of ours) {
    const place = unit.members === undefined ? undefined : counterpart(unit, theirs, ours);
    if (typeof place !== 'object' || place.members === undefined) continue;
    const merging: Merging = { file, block, language, edits: [], kept: [] };
    const result = mergeLevel(merging, [unit], [place]);
    if (typeof result === 'object') return unclear(result);
    if (merging.edits.length === 1 && merging.edits[0]!.first === place.first) continue;
    const merged = withEdits(file.lines.slice(0, place.last + 1), merging.edits);
    if (merged === undefined) return unclear({ unclear: `the parts of ${unit.name} overlap` });
    edits.push({ first: unit.first, end: unit.last + 1, text: merged.slice(place.first) });
    kept.push(...merging.kept);
  }
  return { lines: withEdits(block.lines, edits) ?? block.lines, kept };
}

function merge(merging: Merging, focus: FocusItem | undefined, members: boolean): Merged | Failed {
  const { file, block, language } = merging;
  const items = block.tree.items.filter((item) => !isImport(item, block));
  const units = unitsOf(items);
  const level = focus?.around.findLast((one) => one.members !== undefined)?.members ?? [];
  const find = (unit: Unit) => placeFor(unit, units, merging, focus, level, members);
  const result = mergeLevel(merging, items, file.tree.items, find);
  if (typeof result === 'object') return unclear(result);
  if (!result) return missing(file, focus);
  const lines = withEdits(file.lines, merging.edits);
  if (lines === undefined) return unclear({ unclear: 'its parts overlap' });
  const imports = block.tree.items.filter((item) => isImport(item, block));
  const texts = imports.map(({ head, last }) => block.lines.slice(head, last + 1).join('\n'));
  return { lines: withImports(lines, texts, language) ?? withTop(lines, file, texts), kept: merging.kept };
}

function missing(file: Read, focus: FocusItem | undefined): Failed {
  if (focus !== undefined) {
    return { problem: 'symbol-missing', why: `does not define ${focus.item.name}, which it should replace` };
  }
  const names = file.tree.items.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const some = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  return { problem: 'symbol-missing', why: `defines none of what the file defines (${some})` };
}

function placeFor(
  unit: Unit,
  units: readonly Unit[],
  { file, block }: Merging,
  focus: FocusItem | undefined,
  level: readonly SyntaxItem[],
  members: boolean,
): SyntaxItem | 'several' | undefined {
  const namesakes = units.filter((one) => one.name === unit.name);
  if (focus !== undefined && unit.name === focus.item.name) {
    if (namesakes.length === 1 || unit.role === focus.item.role) {
      const group = unitsOf(focus.around.at(-1)?.members ?? file.tree.items).find(
        (one) => one.parts.length > 1 && one.parts.some((part) => part.head === focus.item.head),
      );
      return unit.parts.length > 1 && group !== undefined ? group : focus.item;
    }
  }
  if (unit.kind !== 'variable' && (units.length === 1 || members)) {
    const alone = likest(unit, units, file, block);
    if (alone !== undefined) return alone;
  }
  const top = members ? undefined : counterpart(unit, unitsOf(file.tree.items), units);
  return top ?? counterpart(unit, unitsOf(level), units);
}

function isImport(item: SyntaxItem, { lines }: Read): boolean {
  return item.kind === 'import' || (item.kind === 'variable' && /=\s*require\(/.test(lines[item.head]!));
}

/** Imports of a file without any go above its first statement. */
function withTop(lines: readonly string[], file: Read, imports: readonly string[]): readonly string[] {
  const first = file.tree.items.find((item) => item.kind !== 'preamble')?.first ?? 0;
  return [...lines.slice(0, first), ...imports, '', ...lines.slice(first)];
}
