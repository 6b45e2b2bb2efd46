import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Function as FunctionNode, parseSync, Visitor } from 'oxc-parser';

/** What the rules know of one TypeScript file. Paths are relative to the repository, with `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSpan[];
}

interface Import {
  /** The file for a relative import, else the package or module as it is written. */
  readonly to: string;
  readonly relative: boolean;
  readonly line: number;
  /** Import, export from, dynamic import and `import('…')` in a type count alike; this one is erased before it runs. */
  readonly typeOnly: boolean;
}

interface FunctionSpan {
  readonly line: number;
  readonly lines: number;
}

/** Every TypeScript file of the project's own, sorted by path. */
export function readSources(): readonly Source[] {
  return globSync('{src,test,tools,training}/**/*.ts', { exclude: ignored })
    .map((name) => name.replaceAll(path.sep, '/'))
    .sort()
    .map((name) => parse(name, readFileSync(name, 'utf8')));
}

function ignored(name: string): boolean {
  return /(^|[\\/])(node_modules|fixtures|\.cache)([\\/]|$)/.test(name);
}

export function parse(name: string, text: string): Source {
  const { program, module, errors } = parseSync(name, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${name} cannot be parsed: ${error.message}`);
  const lineOf = lineCounter(text);
  const imports: Import[] = [];
  const functions: FunctionSpan[] = [];
  const add = (request: string, at: number, typeOnly: boolean) => {
    const relative = request.startsWith('.');
    const to = relative ? path.posix.join(path.posix.dirname(name), request) : request;
    imports.push({ to, relative, line: lineOf(at), typeOnly });
  };
  for (const { moduleRequest, start, entries } of module.staticImports) {
    add(moduleRequest.value, start, entries.length > 0 && entries.every(({ isType }) => isType));
  }
  for (const { start, entries } of module.staticExports) {
    const from = entries.find(({ moduleRequest }) => moduleRequest !== null)?.moduleRequest;
    if (from)
      add(
        from.value,
        start,
        entries.every(({ isType }) => isType),
      );
  }
  const addFunction = ({ start, end }: Pick<FunctionNode, 'start' | 'end'>) =>
    functions.push({ line: lineOf(start), lines: lineOf(end) - lineOf(start) + 1 });
  new Visitor({
    ImportExpression: ({ source, start }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, start, false);
    },
    TSImportType: ({ source, start }) => add(source.value, start, true),
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: (node) => {
      if (node.body?.type === 'BlockStatement') addFunction(node);
    },
  }).visit(program);
  return { path: name, text, imports, functions };
}

/** @returns a function from an offset to its line, counted from 1 */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
