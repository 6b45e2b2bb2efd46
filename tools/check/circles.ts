import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** Import circles, those of types included: files that cannot be understood one after the other. */
export function circleViolations(sources: readonly Source[]): Violation[] {
  const edges = new Map(sources.map(({ path, imports }) => [path, imports.filter((i) => i.relative).map((i) => i.to)]));
  return circles(edges).map((files) => ({
    path: files[0]!,
    what: `These files import each other: ${files.join(', ')}.`,
    remedy: 'Move what both need, often a type, to a file of its own.',
  }));
}

/** Strongly connected components of more than one node (Tarjan 1972), each sorted. */
export function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!edges.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) found.push(component.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return found;
}
