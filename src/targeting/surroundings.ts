import type { Node, TreeCursor } from '@vscode/tree-sitter-wasm';
import type { Language } from './languages.ts';

interface Span {
  readonly start: number;
  readonly firstRow: number;
  readonly firstColumn: number;
  readonly endRow: number;
  readonly endColumn: number;
}

interface Level {
  readonly type: string;
  /** Only for types that may be around a declaration. */
  readonly span: Span | undefined;
  /** Comments and attributes directly before this node, nearest last. */
  readonly before: readonly Span[];
  /** Whether nothing but comments and attributes precedes it in its parent. */
  readonly first: boolean;
}

export interface Extent {
  /** Lines count from 1 and include the last; with everything that belongs to the declaration. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly line: number;
  readonly alone: boolean;
  readonly start: number;
}

/**
 * What surrounds the current node of a walk. Asking a node for its parent or sibling would cost a search among all nodes before
 * it, which in a long file is too slow to do for every declaration.
 */
export class Surroundings {
  readonly #around: ReadonlySet<string>;
  readonly #before: ReadonlySet<string>;
  readonly #lines: readonly string[];
  readonly #levels: Level[] = [];

  constructor(language: Language, lines: readonly string[]) {
    this.#around = new Set([...language.around, 'expression_statement']);
    this.#before = new Set(language.before);
    this.#lines = lines;
  }

  /** Called for every node, parents first. */
  visit(cursor: TreeCursor, type: string, level: number): void {
    const previous = this.#levels.length > level ? this.#levels[level] : undefined;
    this.#levels.length = level;
    const isBefore = previous !== undefined && this.#before.has(previous.type);
    const span = this.#around.has(type) || this.#before.has(type) ? spanOf(cursor) : undefined;
    const before = isBefore && previous.span ? [...previous.before, previous.span].slice(-maxBefore) : [];
    this.#levels.push({ type, span, before, first: previous === undefined || (isBefore && previous.first) });
  }

  extent(node: Node, kind: 'function' | 'class' | 'test', level: number): Extent {
    let outer = level;
    while (outer > 0 && this.#isAround(this.#levels[outer - 1]!, kind)) outer--;
    const span = outer === level ? spanOf(node) : this.#levels[outer]!.span!;
    const first = this.#attached(span, outer) ?? span;
    // A node that includes its line feed ends at column 0 of the next line.
    const lastRow = span.endColumn === 0 && span.endRow > span.firstRow ? span.endRow - 1 : span.endRow;
    const before = this.#line(first.firstRow).slice(0, first.firstColumn);
    const after = lastRow === span.endRow ? this.#line(lastRow).slice(span.endColumn) : '';
    return {
      firstLine: first.firstRow + 1,
      lastLine: lastRow + 1,
      line: span.firstRow + 1,
      alone: before.trim() === '' && /^[\s;,)]*(?:\/\/.*|\/\*.*\*\/\s*|#.*)?$/.test(after),
      start: span.start,
    };
  }

  #isAround({ type, span }: Level, kind: 'function' | 'class' | 'test'): boolean {
    return span !== undefined && (kind === 'test' ? type === 'expression_statement' : this.#around.has(type));
  }

  /** The first of the comments and attributes directly above, without an empty line in between. */
  #attached(below: Span, level: number): Span | undefined {
    const { before, first } = this.#levels[level]!;
    let attached: Span | undefined;
    for (const above of before.toReversed()) {
      const next = attached ?? below;
      const lastRow = above.endColumn === 0 ? above.endRow - 1 : above.endRow;
      const ownLine = this.#line(above.firstRow).slice(0, above.firstColumn).trim() === '';
      // A comment at the end of a line of code belongs to that code.
      if (!ownLine || next.firstRow - lastRow !== 1) return attached;
      attached = above;
    }
    // Some grammars put what precedes the first member before the whole body.
    const parent = this.#levels[level - 1];
    const before2 = first && before.length === 0 && parent && /^(?:block|body_statement)$/.test(parent.type);
    return before2 ? this.#attached(below, level - 1) : attached;
  }

  #line(row: number): string {
    return this.#lines[row] ?? '';
  }
}

/** Maximum number of comments followed upwards from one declaration. */
const maxBefore = 200;

function spanOf(at: Node | TreeCursor): Span {
  const { startPosition, endPosition } = at;
  return {
    start: at.startIndex,
    firstRow: startPosition.row,
    firstColumn: startPosition.column,
    endRow: endPosition.row,
    endColumn: endPosition.column,
  };
}
