import { type Definition, definedOn, definitionsIn, indentOf } from './definitions.ts';
import { splitImports, withImports } from './imports.ts';
import { replacement } from './leading.ts';
import { sameText } from './lines.ts';
import { type Span, spanOf } from './spans.ts';

export type Merge =
  | { readonly kind: 'merged'; readonly lines: readonly string[] }
  /** `why` completes the sentence "… is a fragment of the file, and". */
  | { readonly kind: 'unclear'; readonly why: string };

interface Place {
  readonly first: number;
  readonly last: number;
  readonly text: readonly string[];
}

/**
 * The file with every definition that the block also has replaced by the block's. Definitions that only the block has go before
 * the first of these. The rest of the block (a class around a method, exports, examples) is not used.
 * @param covered the file's definitions outside the focus that the block has
 * @param focus the block's definition of the focus, with its lines in the file
 */
export function merged(
  file: readonly string[],
  given: readonly string[],
  covered: readonly Definition[],
  focus: { readonly name: string; readonly first: number; readonly last: number } | undefined,
  language: string,
): Merge {
  const { imports, rest: block } = splitImports(given, language);
  const inBlock = definitionsIn(block);
  const names = new Set([
    ...covered.map((definition) => definition.name),
    ...(focus === undefined ? [] : [focus.name]),
  ]);
  const places: Place[] = [];
  const used = new Set<number>();
  const byName = Map.groupBy(inBlock, (definition) => definition.name);
  const coveredByName = Map.groupBy(covered, (definition) => definition.name);
  for (const name of names) {
    const ours = byName.get(name) ?? [];
    const theirs = coveredByName.get(name) ?? [];
    if (ours.length === 0) continue;
    if (ours.length > 1) return { kind: 'unclear', why: `${name} is defined in it ${ours.length} times` };
    const span = spanOf(block, ours[0]!);
    // A class that contains other names of the file only wraps what was changed in it.
    const inside = block.slice(span.head + 1, span.last + 1);
    const holds = inside.some((line) => {
      const inner = definedOn(line);
      return inner !== undefined && inner !== name && names.has(inner);
    });
    if (holds && theirs.some((one) => holdsAny(file, one, names, focus))) continue;
    const text = block.slice(span.first, span.last + 1);
    const ownRange = focus !== undefined && focus.name === name ? focus : undefined;
    if (ownRange === undefined && theirs.length > 1) {
      if (theirs.some((one) => sameText(linesAt(file, spanOf(file, one)), text))) continue;
      return { kind: 'unclear', why: `the file defines ${name} ${theirs.length} times` };
    }
    const at = ownRange ?? spanOf(file, theirs[0]!);
    for (let line = span.first; line <= span.last; line++) used.add(line);
    places.push({
      first: at.first,
      last: at.last,
      text: replacement(text, file.slice(at.first, at.last + 1), name, language),
    });
  }
  if (places.length === 0) return { kind: 'unclear', why: 'it is not clear what it replaces' };

  places.sort((a, b) => a.first - b.first);
  const known = new Set(definitionsIn(file).map((definition) => definition.name));
  const depth = indentOf(places[0]!.text.find((line) => line.trim() !== '') ?? '').length;
  const added: (readonly string[])[] = [];
  let covering = -1;
  for (const one of inBlock) {
    if (one.line <= covering || known.has(one.name) || one.indent !== depth) continue;
    const span = spanOf(block, one);
    covering = span.last;
    const lines = block.slice(span.first, span.last + 1);
    if (!lines.some((_, index) => used.has(span.first + index))) added.push(lines, ['']);
  }

  const pieces: (readonly string[])[] = [];
  let from = 0;
  for (const [index, place] of places.entries()) {
    if (place.first < from) return { kind: 'unclear', why: 'its parts overlap' };
    pieces.push(file.slice(from, place.first), ...(index === 0 ? [added.flat()] : []), place.text);
    from = place.last + 1;
  }
  const lines = [...pieces, file.slice(from)].flat();
  return { kind: 'merged', lines: withImports(lines, imports, language) ?? lines };
}

function holdsAny(
  file: readonly string[],
  container: Definition,
  names: ReadonlySet<string>,
  focus: { readonly first: number; readonly last: number } | undefined,
): boolean {
  const span = spanOf(file, container);
  if (focus !== undefined && focus.first > span.head && focus.last <= span.last) return true;
  return file.slice(span.head + 1, span.last + 1).some((line) => names.has(definedOn(line) ?? ''));
}

function linesAt(lines: readonly string[], span: Span): readonly string[] {
  return lines.slice(span.first, span.last + 1);
}
