import { definitionsIn } from './definitions.ts';
import { type Family, familyOf } from './languages.ts';

/**
 * Imports that a model writes above the function that it returns. They are moved to the file's own imports unless they are
 * there. Understood in detail for JavaScript, TypeScript, Python and Go; in other languages they are compared as text, and if
 * the file has no imports, they stay in the block.
 */

const importLine: Readonly<Record<Family, RegExp>> = {
  js: /^(?:import\b(?!\s*[(.])|(?:const|let|var)\s+[^=]{1,200}=\s*require\()/,
  python: /^(?:import|from)\s/,
  go: /^import\b/,
  other: /^(?:import|use|using|#include|extern crate)\b/,
};
/** What may surround imports and belongs to the file, not to the block. */
const preamble = /^(?:['"]use strict['"];?|package\s+[\w.]+;?|#!.*)\s*$/;

export interface SplitBlock {
  /** Each is a whole statement. */
  readonly imports: readonly string[];
  readonly rest: readonly string[];
}

/** Splits the imports (and a preamble) from the top of a block. */
export function splitImports(block: readonly string[], language: string): SplitBlock {
  const pattern = importLine[familyOf(language)];
  const imports: string[] = [];
  const kept: string[] = [];
  let index = 0;
  let end = 0;
  while (index < block.length) {
    const line = block[index]!;
    if (pattern.test(line)) {
      const last = statementEnd(block, index);
      imports.push(block.slice(index, last + 1).join('\n'));
      index = last + 1;
    } else if (preamble.test(line)) {
      index += 1;
    } else if (line.trim() === '' || /^\s*(?:\/\/|\/\*|\*|#|""")/.test(line)) {
      kept.push(line);
      index += 1;
      continue;
    } else break;
    end = index;
    // Comments above an import are about the import.
    kept.length = 0;
  }
  return { imports, rest: block.slice(end) };
}

/** The line on which the brackets of a statement are closed, at most 200 lines later. */
function statementEnd(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < Math.min(lines.length, start + 200); index++) {
    for (const character of lines[index]!) {
      if ('({['.includes(character)) depth += 1;
      if (')}]'.includes(character)) depth -= 1;
    }
    if (depth <= 0) return index;
  }
  return start;
}

/** @returns the lines with the missing imports added, or undefined if it is not known how */
export function withImports(
  lines: readonly string[],
  imports: readonly string[],
  language: string,
): readonly string[] | undefined {
  const family = familyOf(language);
  const present = fileImports(lines, importLine[family]);
  const missing = missingImports[family](imports, present.statements, lines);
  if (missing.length === 0) return lines;
  if (family === 'go') return withGoImports(lines, missing, present.end);
  if (present.end === 0 && family === 'other') return undefined;
  const at = present.end > 0 ? present.end : afterPreamble(lines, family);
  const spaced = present.end === 0 && (lines[at] ?? '').trim() !== '' ? [...missing, ''] : missing;
  return [...lines.slice(0, at), ...spaced, ...lines.slice(at)];
}

function fileImports(
  lines: readonly string[],
  pattern: RegExp,
): { readonly statements: readonly string[]; readonly end: number } {
  const statements: string[] = [];
  let end = 0;
  for (let index = 0; index < lines.length; index++) {
    if (!pattern.test(lines[index]!)) continue;
    const last = statementEnd(lines, index);
    statements.push(lines.slice(index, last + 1).join('\n'));
    index = last;
    end = last + 1;
  }
  return { statements, end };
}

type MissingImports = (
  imports: readonly string[],
  present: readonly string[],
  lines: readonly string[],
) => readonly string[];

const missingImports: Readonly<Record<Family, MissingImports>> = {
  js(imports, present, lines) {
    const bound = new Set([
      ...present.flatMap((statement) => jsImport(statement)?.locals ?? []),
      ...definitionsIn(lines)
        .filter((definition) => definition.indent === 0)
        .map((definition) => definition.name),
    ]);
    return imports.flatMap((statement) => {
      const parsed = jsImport(statement);
      if (parsed === undefined || parsed.locals.length === 0) return present.includes(statement) ? [] : [statement];
      const needed = parsed.locals.filter((local) => !bound.has(local));
      for (const local of needed) bound.add(local);
      if (needed.length === 0) return [];
      if (needed.length === parsed.locals.length) return [statement];
      return [parsed.only(new Set(needed))];
    });
  },
  python(imports, present) {
    const bound = new Set(present.flatMap(pythonLocals));
    return imports.filter((statement) => {
      const locals = pythonLocals(statement);
      const needed = locals.length === 0 ? !present.includes(statement) : locals.some((local) => !bound.has(local));
      for (const local of locals) bound.add(local);
      return needed;
    });
  },
  go(imports, present) {
    const known = new Set(present.flatMap(goSpecs));
    return [...new Set(imports.flatMap(goSpecs))].filter((spec) => !known.has(spec));
  },
  other(imports, present) {
    const known = new Set(present.map((statement) => statement.replace(/\s+/g, ' ')));
    return imports.filter((statement) => !known.has(statement.replace(/\s+/g, ' ')));
  },
};

interface JsImport {
  readonly locals: readonly string[];
  /** The statement with only some of its names. */
  only(locals: ReadonlySet<string>): string;
}

function jsImport(statement: string): JsImport | undefined {
  const flat = statement.replace(/\s+/g, ' ').trim();
  const found =
    /^(import(?: type)?) ([^'"]{1,2000}?) ?from ?(['"][^'"]+['"].*)$/.exec(flat) ??
    /^((?:const|let|var)) ([^=]{1,2000}?) ?= ?(require\(.*)$/.exec(flat);
  if (found === null) return undefined;
  const [, keyword, clause, source] = found;
  const braces = /\{([^{}]*)\}/.exec(clause!);
  const named = (braces?.[1] ?? '').split(',').flatMap((entry) => {
    const text = entry.trim();
    const local = text
      .split(/ as |:/)
      .at(-1)!
      .replace(/^type /, '')
      .trim();
    return local === '' ? [] : [{ text, local }];
  });
  const others = clause!
    .replace(/\{[^{}]*\}/, '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((text) => ({ text, local: text.replace(/^\* as /, '') }));
  const link = keyword!.startsWith('import') ? ' from ' : ' = ';
  return {
    locals: [...others, ...named].map((entry) => entry.local),
    only(locals) {
      const keep = (entries: readonly { text: string; local: string }[]): string[] =>
        entries.filter((entry) => locals.has(entry.local)).map((entry) => entry.text);
      const names = keep(named);
      return `${keyword} ${[...keep(others), ...(names.length > 0 ? [`{ ${names.join(', ')} }`] : [])].join(', ')}${link}${source}`;
    },
  };
}

function pythonLocals(statement: string): readonly string[] {
  const flat = statement
    .replace(/#.*$/gm, '')
    .replace(/[()\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const list = /^from \S+ import (.+)$/.exec(flat)?.[1] ?? /^import (.+)$/.exec(flat)?.[1] ?? '';
  return list
    .split(',')
    .map((entry) => entry.trim().split(' as ').at(-1)!.trim())
    .filter((entry) => entry !== '' && entry !== '*');
}

function goSpecs(statement: string): readonly string[] {
  return [...statement.matchAll(/(?:^|\n|\(|;|\bimport)[ \t]*((?:[\w.]+[ \t]+)?"[^"\n]+")/g)].map((found) => found[1]!);
}

function withGoImports(lines: readonly string[], specs: readonly string[], end: number): readonly string[] {
  if (end > 0 && lines[end - 1]!.trim() === ')') {
    return [...lines.slice(0, end - 1), ...specs.map((spec) => `\t${spec}`), ...lines.slice(end - 1)];
  }
  const statements = specs.map((spec) => `import ${spec}`);
  if (end > 0) return [...lines.slice(0, end), ...statements, ...lines.slice(end)];
  const at = lines.findIndex((line) => line.startsWith('package ')) + 1;
  return [...lines.slice(0, at), '', ...statements, ...lines.slice(at)];
}

/** Index after a shebang, directives, leading line comments and a module's docstring. */
function afterPreamble(lines: readonly string[], family: Family): number {
  let at = 0;
  while (at < lines.length && (preamble.test(lines[at]!) || /^(?:#|\/\/)/.test(lines[at]!))) at += 1;
  const quote = family === 'python' ? /^[rR]?("""|''')/.exec(lines[at] ?? '')?.[1] : undefined;
  if (quote !== undefined) {
    const oneLine = lines[at]!.indexOf(quote, lines[at]!.indexOf(quote) + 3) >= 0;
    const closing = oneLine ? at : lines.findIndex((line, index) => index > at && line.includes(quote));
    if (closing >= 0) at = closing + 1;
  }
  return at;
}
