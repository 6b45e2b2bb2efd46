import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import { kindOf, nameOf, testTitle } from './declaration-name.ts';
import { parse } from './grammar.ts';
import type { ImportSite } from './imports/import-site.ts';
import { importReaders } from './imports/readers.ts';
import { type Language, languageOf } from './languages.ts';
import { Surroundings } from './surroundings.ts';

/** A function, a class, or a test written as a call (`it('…', …)`). Lines count from 1, the last is included. */
export interface Declaration {
  readonly kind: 'function' | 'class' | 'test';
  /** Without its containers: `push`; the title of a test. */
  readonly name: string;
  /** With them: `Stack.push`. */
  readonly qualified: string;
  /** With decorators, attributes and comments directly above. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Where the declaration itself begins. */
  readonly line: number;
  /** There is no other code on its first and last line, so that the lines can be replaced. */
  readonly alone: boolean;
  /** Characters before the declaration itself. */
  readonly start: number;
  /** Number of functions around it. */
  readonly depth: number;
  /** Up to the body, on one line. */
  readonly signature: string;
}

export interface Outline {
  readonly declared: readonly Declaration[];
  readonly imports: readonly ImportSite[];
}

const empty: Outline = { declared: [], imports: [] };

/** What a file declares and imports, in the order of the text; empty when there is no grammar for the language. */
export async function outlineOf(path: string, text: string, signal: AbortSignal): Promise<Outline> {
  const language = languageOf(path);
  if (!language?.grammar) return empty;
  const tree = await parse(language.grammar, text, signal);
  if (!tree) return empty;
  try {
    return await walk(tree, language, text, signal);
  } finally {
    tree.delete();
  }
}

/** Time of walking before other tasks of the process get a turn, in ms. */
const sliceMs = 8;

async function walk(tree: Tree, language: Language, text: string, signal: AbortSignal): Promise<Outline> {
  const declared: Declaration[] = [];
  const imports: ImportSite[] = [];
  const open: { readonly level: number; readonly name: string; readonly isFunction: boolean }[] = [];
  const surroundings = new Surroundings(language, text.split('\n'));
  const readers = importReaders[language.fence] ?? {};
  const cursor = tree.walk();
  let started = performance.now();
  let level = 0;
  for (let visited = 1; ; visited++) {
    while (open.length > 0 && open.at(-1)!.level >= level) open.pop();
    const type = cursor.nodeType;
    surroundings.visit(cursor, type, level);
    const rule = Object.hasOwn(language.declarations, type) ? language.declarations[type] : undefined;
    const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
    if (reader) imports.push(...reader(cursor.currentNode));
    if (rule || type === language.testCall) {
      const node = cursor.currentNode;
      const name = rule ? nameOf(node, rule) : testTitle(node);
      if (name !== undefined) {
        const kind = rule ? kindOf(node, rule) : 'test';
        const extent = surroundings.extent(node, kind, level);
        declared.push({
          kind,
          name: name.at(-1)!,
          qualified: [...open.map((one) => one.name), ...name].join('.'),
          ...extent,
          depth: open.filter((one) => one.isFunction).length,
          signature: signatureOf(text, extent.start, node),
        });
        if (rule) open.push({ level, name: name.at(-1)!, isFunction: kind === 'function' });
      }
    }
    if (visited % 64 === 0 && performance.now() - started > sliceMs) {
      await yieldToEventLoop();
      if (signal.aborted) break;
      started = performance.now();
    }
    if (cursor.gotoFirstChild()) {
      level++;
      continue;
    }
    let ended = false;
    while (!cursor.gotoNextSibling()) {
      ended = !cursor.gotoParent();
      if (ended) break;
      level--;
    }
    if (ended) break;
  }
  cursor.delete();
  return signal.aborted ? empty : { declared, imports };
}

function signatureOf(text: string, start: number, node: Node): string {
  const valueNode = node.childForFieldName('value') ?? node.childForFieldName('right') ?? node;
  const body = valueNode.childForFieldName('body') ?? node.childForFieldName('body');
  const end = Math.min(body ? body.startIndex : Number.POSITIVE_INFINITY, start + 600);
  const head = text.slice(start, end);
  return (body ? head : head.split('\n', 1)[0]!)
    .replace(/\s+/g, ' ')
    .replace(/(?:\s|=>|[{=])+$/, '')
    .slice(0, 300);
}
