import { allWithin, counterpart, textOf, type Unit, unitsOf } from './item-match.ts';
import type { Read } from './merge-items.ts';
import type { SyntaxItem } from './syntax.ts';

/**
 * Which of the definitions of a name, at any depth of the file, a single definition is a version of: the only one, the only one
 * with the same head, or the one that shares at least half of its lines and twice as many as any other.
 */
export function likest(
  unit: Unit,
  units: readonly Unit[],
  file: Read,
  block: Read,
): SyntaxItem | 'several' | undefined {
  const all = allWithin(file.tree.items).filter((item) => item.name === unit.name && item.kind !== 'variable');
  const top = unitsOf(file.tree.items);
  // Overloads of one level are told apart there.
  if (all.length > 1 && all.every((item) => top.some((one) => one.parts.some((part) => part.head === item.head)))) {
    return counterpart(unit, top, units);
  }
  if (all.length <= 1) return all[0];
  const head = block.lines[unit.head]!.trim();
  const sameHead = all.filter((item) => file.lines[item.head]!.trim() === head);
  if (sameHead.length === 1) return sameHead[0];
  const shares = all.map((item) => shared(textOf(item, file.lines), textOf(unit, block.lines)));
  const best = Math.max(...shares);
  const rivals = shares.filter((share) => share * 2 > best);
  return best >= 0.5 && rivals.length === 1 ? all[shares.indexOf(best)] : 'several';
}

/** Share of the lines of `b` that `a` has. */
function shared(a: string, b: string): number {
  const known = new Set(a.split('\n').filter((line) => line.length > 3));
  const lines = b.split('\n').filter((line) => line.length > 3);
  return lines.length === 0 ? 0 : lines.filter((line) => known.has(line)).length / lines.length;
}
