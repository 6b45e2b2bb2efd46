import type { Neighbour, TargetFile, Task } from '../task.ts';
import { opensFence } from '../text/fences.ts';
import { elidedLine } from './elision.ts';
import { findLines } from './find-lines.ts';
import { type FitResult, problem } from './fit-result.ts';
import { type Label, labelOf, lineLabel } from './labels.ts';
import { linesOf, textLike, withoutBlankEnds } from './lines.ts';

const searchMark = /^\s*<{5,9} ?(?:SEARCH|ORIGINAL|OLD)\b.{0,200}$/i;
const divider = /^\s*={5,9}\s*$/;
const replaceMark = /^\s*>{5,9}(?: ?(?:REPLACE|UPDATED?|NEW|MODIFIED)\b.{0,200})?\s*$/i;
/** With more edits than this, the model was in a loop. */
const mostEdits = 200;

/** Lines that are searched for, and what comes in their place. */
export interface Edit {
  readonly label: Label;
  readonly search: readonly string[];
  readonly replace: readonly string[];
}

export function hasSearchReplace(lines: readonly string[]): boolean {
  return lines.some((line) => searchMark.test(line));
}

export type EditResult =
  | { readonly kind: 'texts'; readonly texts: ReadonlyMap<TargetFile, string> }
  | (FitResult & { readonly kind: 'problem' });

/** Applies search/replace blocks in order, each to the result of those before it. */
export function applySearchReplace(lines: readonly string[], task: Task): EditResult {
  const edits = editsIn(lines, task.targets, task.neighbours);
  if (!Array.isArray(edits)) return edits as FitResult & { readonly kind: 'problem' };
  return applyEdits(edits as readonly Edit[], task, (index) => `Search/replace block ${index + 1}`);
}

/** @param nameOf names an edit by its index, for messages */
export function applyEdits(edits: readonly Edit[], task: Task, nameOf: (index: number) => string): EditResult {
  const states = new Map(task.targets.map((target) => [target, stateOf(target)]));
  for (const [index, edit] of edits.entries()) {
    const name = nameOf(index);
    if (edit.label.kind === 'other') {
      return problem('not-a-target', `${name} is for ${edit.label.path}, which may not be changed.`);
    }
    const candidates = edit.label.kind === 'target' ? [edit.label.target] : task.targets;
    const failure = applyTo(candidates, states, edit, name);
    if (failure !== undefined) return failure;
  }
  const texts = new Map<TargetFile, string>();
  for (const [target, state] of states) if (state.changed) texts.set(target, textLike(target.text, state.lines));
  return { kind: 'texts', texts };
}

function editsIn(
  lines: readonly string[],
  targets: readonly TargetFile[],
  neighbours: readonly Neighbour[],
): readonly Edit[] | FitResult {
  const edits: Edit[] = [];
  let label: Label = { kind: 'none' };
  let lastText = '';
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (searchMark.test(line)) {
      const middle = findLine(lines, divider, index + 1);
      const end = middle === undefined ? undefined : findLine(lines, replaceMark, middle + 1);
      if (middle === undefined || end === undefined) {
        const lost = middle === undefined ? 'the line "======="' : 'the line ">>>>>>> REPLACE"';
        return problem('malformed-search-replace', `Search/replace block ${edits.length + 1} has lost ${lost}.`);
      }
      if (edits.length >= mostEdits) {
        return problem('malformed-search-replace', `There are more than ${mostEdits} search/replace blocks.`);
      }
      edits.push({ label, search: lines.slice(index + 1, middle), replace: lines.slice(middle + 1, end) });
      index = end;
      lastText = '';
      continue;
    }
    const fence = opensFence(line);
    if (fence !== undefined) {
      const block = { info: fence.info, lines: [], firstLine: index, lastLine: index, closed: true };
      const found = labelOf(block, lastText, targets, neighbours).label;
      // A new fence without a path continues with the last file.
      if (found.kind !== 'none') label = found;
      continue;
    }
    if (line.trim() === '') continue;
    lastText = line;
    const found = lineLabel(line.replace(/^\s*(?:\/\/|#)\s*/, ''), targets, neighbours);
    if (found.kind === 'target') label = found;
  }
  return edits;
}

/** The end of a block; if another block begins in between, this one was never ended. */
function findLine(lines: readonly string[], pattern: RegExp, from: number): number | undefined {
  for (let index = from; index < lines.length; index++) {
    if (pattern.test(lines[index]!)) return index;
    if (searchMark.test(lines[index]!)) return undefined;
  }
  return undefined;
}

interface State {
  lines: readonly string[];
  /** The focus, which grows and moves with the edits; [first, end). */
  first: number;
  end: number;
  changed: boolean;
}

function stateOf(target: TargetFile): State {
  const lines = linesOf(target.text);
  const { focus } = target;
  return {
    lines,
    first: focus === undefined ? 0 : focus.firstLine - 1,
    end: focus === undefined ? lines.length : Math.min(focus.lastLine, lines.length),
    changed: false,
  };
}

function applyTo(
  candidates: readonly TargetFile[],
  states: ReadonlyMap<TargetFile, State>,
  edit: Edit,
  name: string,
): (FitResult & { readonly kind: 'problem' }) | undefined {
  const fits: (() => void)[] = [];
  let several = false;
  for (const target of candidates) {
    const state = states.get(target)!;
    const elided = elidedLine(edit.replace, state.lines);
    if (elided !== undefined) return problem('elided', `${name} leaves code out: "${elided.slice(0, 80)}".`);
    if (edit.search.every((line) => line.trim() === '')) {
      if (state.lines.every((line) => line.trim() === ''))
        fits.push(() => splice(state, 0, state.lines.length, edit.replace));
      continue;
    }
    const found = findEdit(state, edit.search);
    if (found === 'several') several = true;
    if (typeof found === 'string') continue;
    const text = edit.replace.map((line) =>
      line.trim() === ''
        ? line
        : found.added + (line.startsWith(found.removed) ? line.slice(found.removed.length) : line),
    );
    fits.push(() => splice(state, found.at, found.length, found.trimmed ? withoutBlankEnds(text) : text));
  }
  if (fits.length === 1 && !several) {
    fits[0]!();
    return undefined;
  }
  const where = candidates.map((target) => target.path).join(', ');
  if (fits.length > 0 || several) {
    return problem('search-ambiguous', `The text that ${name} searches for occurs more than once in ${where}.`);
  }
  if (edit.search.every((line) => line.trim() === '')) {
    return problem('malformed-search-replace', `${name} searches for nothing, and ${where} is not empty.`);
  }
  const first = edit.search
    .find((line) => line.trim() !== '')!
    .trim()
    .slice(0, 80);
  return problem('search-not-found', `The text that ${name} searches for ("${first}" …) is not in ${where}.`);
}

function findEdit(
  state: State,
  search: readonly string[],
): { at: number; length: number; added: string; removed: string; trimmed: boolean } | 'none' | 'several' {
  const core = withoutBlankEnds(search);
  let several = false;
  for (const wanted of core.length === search.length ? [search] : [search, core]) {
    for (const [from, end] of [
      [state.first, state.end],
      [0, state.lines.length],
    ] as const) {
      const found = findLines(state.lines, wanted, from, end);
      if (found === 'several') several = true;
      if (typeof found === 'object') return { ...found, length: wanted.length, trimmed: wanted !== search };
    }
  }
  return several ? 'several' : 'none';
}

function splice(state: State, at: number, count: number, text: readonly string[]): void {
  state.lines = [...state.lines.slice(0, at), ...text, ...state.lines.slice(at + count)];
  const grown = text.length - count;
  if (at < state.first) state.first = Math.max(0, state.first + grown);
  if (at < state.end) state.end = Math.max(state.first, state.end + grown);
  state.changed = true;
}
