import type { SyntaxItem } from './syntax.ts';

/** One definition, or the overloads of a function together with its implementation, which comes last. */
export interface Unit extends SyntaxItem {
  readonly parts: readonly SyntaxItem[];
}

/** Joins a function with the overload signatures directly above it. */
export function unitsOf(items: readonly SyntaxItem[]): readonly Unit[] {
  const units: Unit[] = [];
  for (const item of items) {
    const above = units.at(-1);
    if (
      above !== undefined &&
      item.name !== undefined &&
      above.name === item.name &&
      isSignature(above.parts.at(-1)!)
    ) {
      units[units.length - 1] = { ...item, first: above.first, head: above.head, parts: [...above.parts, item] };
    } else units.push({ ...item, parts: [item] });
  }
  return units;
}

function isSignature({ type, role }: SyntaxItem): boolean {
  return /^(?:function|method)_signature$/.test(type) || /\boverload\b/.test(role);
}

/**
 * The definition of the file that one of the block stands for, among those of one level: that of the same name and role, or the
 * only one of the name on both sides.
 */
export function counterpart<T extends SyntaxItem>(
  item: SyntaxItem,
  file: readonly T[],
  block: readonly SyntaxItem[],
): T | 'several' | undefined {
  const named = file.filter((one) => one.name !== undefined && one.name === item.name);
  const exact = named.filter((one) => one.role === item.role && (named.length === 1 || sameSort(one, item)));
  if (exact.length === 1) return exact[0];
  if (exact.length > 1) return 'several';
  const ours = block.filter((one) => one.name === item.name);
  if (named.length === 1 && ours.length === 1) return named[0];
  // Other overloads of the name are told apart; this one is new among them.
  const apart =
    ours.length > 1 || named.every((one) => ours.some((other) => other !== item && other.role === one.role));
  return named.length === 0 || apart ? undefined : 'several';
}

function sameSort(a: SyntaxItem, b: SyntaxItem): boolean {
  return a.kind === b.kind && (a.kind !== 'class' || a.type === b.type);
}

/** The text up to its first bracket or operator: statements that share it are versions of each other. */
export function beginningOf(item: SyntaxItem, lines: readonly string[]): string {
  return /^\s*(?:await\s+)?[\w$.@]*/.exec(lines[item.head] ?? '')![0].trim();
}

export function textOf(item: SyntaxItem, lines: readonly string[]): string {
  return lines
    .slice(item.head, item.last + 1)
    .map((line) => line.trim())
    .join('\n');
}

/** Everything in the items, members and nested functions included. */
export function allWithin(items: readonly SyntaxItem[]): readonly SyntaxItem[] {
  return items.flatMap((item) => [item, ...allWithin(item.members ?? []), ...allWithin(item.nested ?? [])]);
}
