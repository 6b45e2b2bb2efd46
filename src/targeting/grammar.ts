import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Language as Grammar, Parser, Tree } from '@vscode/tree-sitter-wasm';

type TreeSitter = typeof import('@vscode/tree-sitter-wasm');

/**
 * The event loop of an extension host must stay responsive: parsing pauses after this time, in ms, and resumes in another task.
 */
const sliceMs = 8;

const load = createRequire(import.meta.url);
let runtime: ReturnType<typeof start> | undefined;
const grammars = new Map<string, Promise<Grammar | undefined>>();

/**
 * Parses a text with a grammar, which is loaded on first use.
 * @returns undefined when the grammar is not installed; the caller then works on whole files. Delete the tree after use.
 */
export async function parse(grammarName: string, text: string, signal: AbortSignal): Promise<Tree | undefined> {
  const grammar = await grammarOf(grammarName);
  const found = await theRuntime();
  if (!grammar || !found) return undefined;
  const parser: Parser = new found.treeSitter.Parser();
  try {
    parser.setLanguage(grammar);
    for (;;) {
      const started = performance.now();
      // Returning true pauses the parser, which the typings do not say; the next call continues from there.
      const progressCallback = (() => performance.now() - started > sliceMs) as () => void;
      const tree = parser.parse(text, null, { progressCallback });
      if (tree) return tree;
      await yieldToEventLoop();
      if (signal.aborted) return undefined;
    }
  } finally {
    parser.delete();
  }
}

/**
 * Loads a grammar, so that texts can then be parsed at once; for short texts.
 * @returns undefined when the grammar is not installed
 */
export async function loadParser(grammarName: string): Promise<((text: string) => Tree | undefined) | undefined> {
  const grammar = await grammarOf(grammarName);
  const found = await theRuntime();
  if (!grammar || !found) return undefined;
  return (text) => {
    const parser: Parser = new found.treeSitter.Parser();
    try {
      parser.setLanguage(grammar);
      return parser.parse(text) ?? undefined;
    } finally {
      parser.delete();
    }
  };
}

function grammarOf(name: string): Promise<Grammar | undefined> {
  let grammar = grammars.get(name);
  if (!grammar) {
    grammar = loadGrammar(name);
    grammars.set(name, grammar);
  }
  return grammar;
}

async function loadGrammar(name: string): Promise<Grammar | undefined> {
  const found = await theRuntime();
  const file = found && join(found.directory, `tree-sitter-${name}.wasm`);
  return file && existsSync(file) ? await found.treeSitter.Language.load(file) : undefined;
}

function theRuntime(): ReturnType<typeof start> {
  runtime ??= start();
  return runtime;
}

async function start(): Promise<{ treeSitter: TreeSitter; directory: string } | undefined> {
  const script = scriptFile();
  if (script === undefined) return undefined;
  const directory = dirname(script);
  // Loaded by path, never bundled: the script asks Node where it is, which a bundle cannot answer.
  const treeSitter = load(script) as TreeSitter;
  await treeSitter.Parser.init({ locateFile: (name) => join(directory, name) });
  return { treeSitter, directory };
}

/** A bundle has `tree-sitter/` beside it, with the file extension that makes Node read the script as CommonJS. */
function scriptFile(): string | undefined {
  const bundled = join(dirname(fileURLToPath(import.meta.url)), 'tree-sitter', 'tree-sitter.cjs');
  if (existsSync(bundled)) return bundled;
  try {
    return load.resolve('@vscode/tree-sitter-wasm');
  } catch {
    return undefined; // The package is not installed: everything works on whole files.
  }
}
