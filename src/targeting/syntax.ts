import type { Node, Tree } from '@vscode/tree-sitter-wasm';
import type { Syntax, SyntaxTree } from '../agent/answer/syntax.ts';
import type { TargetFile } from '../agent/task.ts';
import { loadParser } from './grammar.ts';
import { type Language, languageOf } from './languages.ts';
import { itemsOf } from './syntax-items.ts';

/** Above this number of characters a text is not parsed at once, which would block the process. */
const longest = 2_000_000;

/** The parser for the target files' languages, as answers need it: loaded here, then synchronous. */
export async function loadSyntax(targets: readonly Pick<TargetFile, 'path'>[]): Promise<Syntax> {
  const parsers = new Map<string, (text: string) => Tree | undefined>();
  for (const { path } of targets) {
    const grammar = languageOf(path)?.grammar;
    const parser = grammar === undefined || parsers.has(grammar) ? undefined : await loadParser(grammar);
    if (parser !== undefined) parsers.set(grammar!, parser);
  }
  const parse = (path: string, wrap: (language: Language) => readonly [string, string], text: string) => {
    const language = languageOf(path);
    const parser = language?.grammar === undefined ? undefined : parsers.get(language.grammar);
    if (language === undefined || parser === undefined || text.length > longest) return undefined;
    const [before, after] = wrap(language);
    return read(parser(before + text + after), language, before + text + after, before === '' ? 0 : 1);
  };
  return {
    read: (path, text) => parse(path, (language) => [opening(language, text), ''], text),
    readMembers: (path, text) => parse(path, wrapperOf, text),
  };
}

/** PHP is text until its tag; a part of a file has none. */
function opening({ fence }: Language, text: string): string {
  return fence === 'php' && !/^\s*<\?/.test(text) ? '<?php\n' : '';
}

function wrapperOf({ fence }: Language): readonly [string, string] {
  if (fence === 'php') return ['<?php class Wrapper {\n', '\n}'];
  return ['class Wrapper {\n', fence === 'cpp' || fence === 'c' ? '\n};' : '\n}'];
}

/** @param above number of lines that were put above the text */
function read(tree: Tree | undefined, language: Language, text: string, above: number): SyntaxTree | undefined {
  if (tree === undefined) return undefined;
  try {
    const root = tree.rootNode;
    const wrapped = text.includes('class Wrapper {') && above > 0 && text.startsWith(wrapperOf(language)[0]);
    const all = itemsOf(root, language, text.split('\n'), above);
    return {
      sound: !root.hasError,
      items: wrapped ? (all[0]?.members ?? []) : all,
      verbatim: verbatimLines(root, above),
    };
  } finally {
    tree.delete();
  }
}

const strings = [
  'string',
  'template_string',
  'heredoc_body',
  'raw_string_literal',
  'string_literal',
  'interpreted_string_literal',
  'verbatim_string_literal',
  'interpolated_string_expression',
  'encapsed_string',
  'heredoc',
  'nowdoc',
];

function verbatimLines(root: Node, above: number): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const node of root.descendantsOfType(strings)) {
    if (node === null) continue;
    const { startPosition, endPosition } = node;
    for (let row = startPosition.row + 1; row <= endPosition.row; row++) lines.add(row - above);
  }
  return lines;
}
