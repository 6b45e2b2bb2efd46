import type { TargetFile } from '../agent/task.ts';
import { closest } from './nearest.ts';
import type { Declaration } from './outline.ts';

export type Focus = NonNullable<TargetFile['focus']>;

/** Maximum number of lines of a file that is best given as a whole: no context is lost, and the answer is short anyway. */
export const shortFileLines = 40;
/** Maximum number of lines of a file that still fits an answer as a whole when it is not clear which part to change. */
export const mediumFileLines = 150;

/** The smallest function around a line that can be replaced on its own; between methods, the class. */
export function focusAt(declared: readonly Declaration[], line: number): Focus | undefined {
  const around = declared.filter((one) => replaceable(one) && one.firstLine <= line && line <= one.lastLine);
  const found = around.findLast((one) => one.kind === 'function' && !isHelper(one)) ?? around.at(-1);
  return found && focusOf(found);
}

/** A one-line function inside another says little on its own. */
function isHelper({ depth, firstLine, lastLine }: Declaration): boolean {
  return depth > 0 && firstLine === lastLine;
}

function replaceable({ alone, kind }: Declaration): boolean {
  return alone && kind !== 'test';
}

function focusOf({ qualified, firstLine, lastLine }: Declaration): Focus {
  return { symbol: qualified, firstLine, lastLine };
}

/**
 * What a name as typed means: `push`, `Stack.push`, `Stack::push`, `Stack#push`.
 * A name that several declarations share means all of them; of a class and its constructor, or of overloads without bodies, the
 * outermost is meant.
 */
export function declarationsNamed(declared: readonly Declaration[], symbol: string): Declaration[] {
  const wanted = symbol.replace(/\(.*$/, '').replaceAll(/::|#/g, '.').replace(/^\.+/, '');
  const exact = declared.filter(({ qualified }) => qualified === wanted);
  const found = exact.length > 0 ? exact : declared.filter(({ qualified }) => qualified.endsWith(`.${wanted}`));
  const outermost = found.filter(
    (one) =>
      !found.some((other) => other !== one && other.firstLine <= one.firstLine && one.lastLine <= other.lastLine),
  );
  return outermost.length > 0 ? outermost : found.slice(0, 1);
}

/** The lines that a named declaration can be replaced by: its own, or those of what encloses it. */
export function focusOn(declared: readonly Declaration[], one: Declaration): Focus | undefined {
  if (replaceable(one)) return focusOf(one);
  const around = declared.filter(
    (other) => replaceable(other) && other.firstLine <= one.firstLine && one.lastLine <= other.lastLine,
  );
  return around.at(-1) && focusOf(around.at(-1)!);
}

/** At most five names of functions and classes that a mistyped one may mean, nearest first. */
export function nearestNames(declared: readonly Declaration[], symbol: string): string[] {
  const wanted = symbol.split(/[.:#]+/).at(-1) ?? symbol;
  const known = new Map<string, string>();
  for (const { kind, name, qualified } of declared) if (kind !== 'test') known.set(name, known.get(name) ?? qualified);
  const near = closest([...known.keys()], wanted, 5);
  const names = near.length > 0 ? near : [...known.keys()].slice(0, 5);
  return names.map((name) => known.get(name) ?? name);
}
