import { reindented } from './indentation.ts';
import { beginningOf, counterpart, textOf, type Unit, unitsOf } from './item-match.ts';
import { replacement } from './leading.ts';
import type { LineEdit } from './line-edits.ts';
import type { SyntaxItem, SyntaxTree } from './syntax.ts';

/** A text with what the parser knows of it. */
export interface Read {
  readonly lines: readonly string[];
  readonly tree: SyntaxTree;
}

export interface Merging {
  readonly file: Read;
  readonly block: Read;
  readonly language: string;
  readonly edits: LineEdit[];
  /** Members of classes that stay although the block has the class without them. */
  readonly kept: string[];
}

/** A reason that continues "It is not clear what the code block replaces: …". */
export type Unclear = { readonly unclear: string };

/** Puts one level of the block into one level of the file. @returns whether anything of the file was found in it */
export function mergeLevel(
  merging: Merging,
  given: readonly SyntaxItem[],
  file: readonly SyntaxItem[],
  find: (unit: Unit, units: readonly Unit[]) => SyntaxItem | 'several' | undefined = (unit, units) =>
    counterpart(unit, unitsOf(file), units),
): boolean | Unclear {
  const units = unitsOf(given);
  const places = units.map((unit) => placeOf(merging, unit, units, file, find));
  const unclear = places.find((place) => typeof place === 'object' && 'unclear' in place);
  if (unclear !== undefined) return unclear as Unclear;
  for (const [index, place] of places.entries()) {
    if (typeof place !== 'object') continue;
    const failure = replace(merging, units[index]!, place as SyntaxItem);
    if (failure !== undefined) return failure;
  }
  const found = places.some((place) => typeof place === 'object');
  if (found) insertNew(merging, units, places as readonly (SyntaxItem | 'same' | 'new')[]);
  return found;
}

type Place = SyntaxItem | 'same' | 'new' | Unclear;

function placeOf(
  merging: Merging,
  unit: Unit,
  units: readonly Unit[],
  file: readonly SyntaxItem[],
  find: (unit: Unit, units: readonly Unit[]) => SyntaxItem | 'several' | undefined,
): Place {
  if (unit.kind === 'import' || unit.kind === 'preamble') return 'same';
  if (!unit.alone) return { unclear: `${unit.name ?? 'a statement'} shares its lines with other code` };
  if (unit.name === undefined) return statementPlace(merging, unit, units, file);
  const found = find(unit, units);
  if (found === 'several') return { unclear: `the file has several definitions of ${unit.name}` };
  if (found === undefined) return 'new';
  const twice = units.some((other) => other !== unit && other.name === unit.name && other.role === unit.role);
  if (twice) return { unclear: `${unit.name} is defined in it more than once` };
  return found.alone ? found : { unclear: `${unit.name} shares its lines with other code` };
}

/** A statement that the file has is there; one that begins like one of the file replaces it. */
function statementPlace(
  { file, block }: Merging,
  unit: Unit,
  units: readonly Unit[],
  level: readonly SyntaxItem[],
): Place {
  const text = textOf(unit, block.lines);
  const theirs = level.filter((one) => one.name === undefined && one.kind === 'statement');
  if (theirs.some((one) => textOf(one, file.lines) === text)) return 'same';
  const beginning = beginningOf(unit, block.lines);
  const ours = units.filter((one) => one.name === undefined && one.type === unit.type);
  const known = new Set(ours.map((one) => textOf(one, block.lines)));
  const alike = theirs.filter(
    (one) =>
      one.type === unit.type && beginningOf(one, file.lines) === beginning && !known.has(textOf(one, file.lines)),
  );
  if (alike.length === 0) return 'new';
  const rivals = ours.filter((one) => beginningOf(one, block.lines) === beginning);
  if (alike.length > 1 || rivals.length > 1) {
    return { unclear: `the statement "${block.lines[unit.head]!.trim().slice(0, 60)}" may stand for one of several` };
  }
  return alike[0]!.alone ? alike[0]! : { unclear: 'a statement shares its lines with other code' };
}

function replace(merging: Merging, unit: Unit, place: SyntaxItem): Unclear | undefined {
  if (unit.members !== undefined && place.members !== undefined) {
    const missing = missingMembers(merging, unit, place);
    if (missing.length > 0) return mergeMembers(merging, unit, place, missing);
  }
  const parts = (place as Partial<Unit>).parts;
  const at = parts !== undefined && unit.parts.length === 1 ? parts.at(-1)! : place;
  merging.edits.push({ first: at.first, end: at.last + 1, text: inPlaceOf(merging, unit, at) });
  return undefined;
}

function missingMembers({ file, block }: Merging, unit: SyntaxItem, place: SyntaxItem): readonly Unit[] {
  const ours = unitsOf(unit.members!);
  const texts = new Set(ours.map((one) => textOf(one, block.lines)));
  const theirs = unitsOf(place.members!);
  return theirs.filter((one) =>
    one.name === undefined
      ? !texts.has(textOf(one, file.lines))
      : !ours.some((other) => counterpart(other, theirs, ours) === one),
  );
}

/** Members that the block's class does not have stay. */
function mergeMembers(
  merging: Merging,
  unit: SyntaxItem,
  place: SyntaxItem,
  missing: readonly Unit[],
): Unclear | undefined {
  const result = mergeLevel(merging, unit.members!, place.members!);
  if (typeof result === 'object') return result;
  if (!result && unit.members!.length > 0) return { unclear: `it has nothing of what ${unit.name} has in the file` };
  mergeHead(merging, unit, place);
  const names = missing.flatMap((one) => (one.name === undefined ? [] : [`${place.name}.${one.name}`]));
  // A class with a small part of its members only shows where these belong.
  if (unit.members!.length * 2 >= place.members!.length) merging.kept.push(...names);
  return undefined;
}

/** A head with something new in it, such as `extends`, replaces that of the file. */
function mergeHead({ file, block, edits }: Merging, unit: SyntaxItem, place: SyntaxItem): void {
  const head = (item: SyntaxItem, { lines }: Read) => lines.slice(item.head, item.body! + 1);
  const words = (lines: readonly string[]) => lines.join(' ').match(/[\p{L}\p{N}_$]+/gu) ?? [];
  const separate = (item: SyntaxItem) => item.members!.every((member) => member.first > item.body!);
  const known = new Set(words(head(place, file)));
  const fresh = words(head(unit, block)).some((word) => !known.has(word));
  if (!fresh || !separate(place) || !separate(unit) || place.head >= place.body! + 1) return;
  const text = replacement(head(unit, block), head(place, file), place.name, '');
  edits.push({ first: place.head, end: headEnd(place) + 1, text: text.slice(0, headEnd(unit) - unit.head + 1) });
}

/** Python's body begins below its head. */
function headEnd({ head, body, members }: SyntaxItem): number {
  return members!.some((member) => member.head === body || member.first === body) ? Math.max(head, body! - 1) : body!;
}

function inPlaceOf(merging: Merging, unit: SyntaxItem, place: SyntaxItem): readonly string[] {
  const { file, block, language } = merging;
  const original = file.lines.slice(place.first, place.last + 1);
  const text = replacement(block.lines.slice(unit.first, unit.last + 1), original, unit.name, language, {
    ours: unit.head - unit.first,
    theirs: place.head - place.first,
    verbatim: (index) => block.tree.verbatim.has(unit.first + index),
  });
  const comma = place.type === 'pair' || place.type === 'method_definition';
  const lost = comma && /,\s*$/.test(original.at(-1)!) && !/,\s*$/.test(text.at(-1)!);
  return lost ? [...text.slice(0, -1), `${text.at(-1)!.trimEnd()},`] : text;
}

/** New definitions and statements go before what follows them in the block, or after what they follow. */
function insertNew(
  { block, file, edits }: Merging,
  units: readonly Unit[],
  places: readonly (SyntaxItem | 'same' | 'new')[],
): void {
  for (let index = 0; index < units.length; index++) {
    if (places[index] !== 'new') continue;
    let end = index;
    while (places[end + 1] === 'new') end++;
    const next = places.findIndex((place, at) => at > end && typeof place === 'object');
    const previous = places.findLastIndex((place, at) => at < index && typeof place === 'object');
    const place = (places[next] ?? places[previous]) as SyntaxItem;
    const around = file.lines.slice(place.head, place.last + 1);
    const lines = (from: number, to: number) =>
      reindented(block.lines.slice(from, to), around, (at) => block.tree.verbatim.has(from + at));
    const gap = next >= 0 ? block.lines.slice(units[end]!.last + 1, units[end + 1]!.first) : [];
    const blanks = gap.filter((line) => line.trim() === '');
    const text = lines(units[index]!.first, units[end]!.last + 1);
    if (next >= 0) edits.push({ first: place.first, end: place.first, text: [...text, ...blanks] });
    else {
      const above = block.lines.slice(units[index - 1]!.last + 1, units[index]!.first);
      const spaced = above.filter((line) => line.trim() === '');
      edits.push({ first: place.last + 1, end: place.last + 1, text: [...spaced, ...text] });
    }
    index = end;
  }
}
