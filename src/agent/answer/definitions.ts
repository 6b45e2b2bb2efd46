/**
 * Whether a line defines a name: enough of the languages' syntax to tell a definition from a use, without a parser.
 * Lines longer than `longest` are considered generated code that defines nothing, which also bounds the matching.
 */

const longest = 500;

const modifiers =
  'export|default|declare|abstract|async|public|private|protected|internal|static|final|override|sealed|virtual|partial|' +
  'unsafe|extern|const|pub(?:\\([a-z ]+\\))?|open|inline|suspend|data';
const name = '(#?[\\p{L}_$][\\p{L}\\p{N}_$]*)';

/** `function f`, `async def f`, `func (t *T) f`, `pub fn f`, `export class C` … */
const keyword = new RegExp(
  `^\\s*(?:(?:${modifiers})\\s+)*(?:function\\s*\\*?\\s*|(?:def|func|fn|fun|class|interface|struct|enum|trait|type|object|record|namespace|module|mod)\\s+)(?:\\([^()]*\\)\\s*)?${name}`,
  'u',
);
/** `const f =`, `export let f:` … */
const variable = new RegExp(
  `^(\\s*)(?:export\\s+)?(?:const|let|var|static|val)\\s+(?:mut\\s+)?${name}\\s*(?:[:=]|$)(.*)$`,
  'u',
);
/** `exports.f =`, `T.prototype.f =`, `f: function`, `f = (a) =>`, `f = lambda` */
const assigned = new RegExp(
  `^\\s*(?:(?:static|public|private|protected|readonly)\\s+)*(?:[\\p{L}_$][\\p{L}\\p{N}_$.]*\\.)?${name}\\s*[:=]\\s*(?:async\\s*)?(?:function\\b|lambda\\b|class\\b|\\([^()]*\\)\\s*(?::[^=]*)?=>|[\\p{L}_$][\\p{L}\\p{N}_$]*\\s*=>)`,
  'u',
);
/** `f(a, b) {`, `async *f() {`, `public int f(int a) {`: only if the line ends like the head of a body. */
const method = new RegExp(
  `^\\s*(?:[\\p{L}_$][\\p{L}\\p{N}_$<>,.?&\\[\\]]*\\s+){0,6}(?:\\*\\s*)?${name}\\s*(?:<[^<>()]*>)?\\(`,
  'u',
);
const bodyFollows = /(?:\{|\{\s*\}|\()\s*$|\{.*\}\s*$/;
const notMethods = new Set(
  'if for while switch catch return function with do else await throw new typeof yield in of case super using lock foreach elif except assert print delete void match unless until not and or'.split(
    ' ',
  ),
);
const functionFollows = /^\s*(?::[^=]*=)?\s*(?:async\b|function\b|class\b|\(|[\p{L}_$][\p{L}\p{N}_$]*\s*=>)/u;

export interface Definition {
  readonly name: string;
  /** Index of its line. */
  readonly line: number;
  /** Columns of white space before it; a tab counts as one. */
  readonly indent: number;
  /** Whether it is a constant or variable that is not exported, rather than a function, a class, a type or an exported one. */
  readonly minor: boolean;
}

/** The name that a line defines: functions, methods, classes and types anywhere, variables at column 0. */
export function definedOn(line: string): string | undefined {
  if (line.length > longest || line.trim() === '') return undefined;
  const named = keyword.exec(line);
  if (named !== null) return named[1]!;
  const stored = variable.exec(line);
  if (stored !== null) return stored[1] === '' || functionFollows.test(stored[3]!) ? stored[2]! : undefined;
  const given = assigned.exec(line);
  if (given !== null) return given[1]!;
  const called = method.exec(line);
  if (called === null || notMethods.has(called[1]!) || !bodyFollows.test(line)) return undefined;
  // `return f(a, {` and `await f(` are uses, and so is a call with a callback: `it('…', () => {`.
  const words = line.slice(0, line.indexOf('(')).trim().split(/\s+/u);
  if (words.slice(0, -1).some((word) => notMethods.has(word))) return undefined;
  return /=>\s*\{\s*$|\bfunction\b|['"`]|\($/u.test(line.trimEnd()) ? undefined : called[1]!;
}

export function definitionsIn(lines: readonly string[]): readonly Definition[] {
  const found: Definition[] = [];
  for (const [line, text] of lines.entries()) {
    const defined = definedOn(text);
    if (defined === undefined) continue;
    const stored = variable.exec(text);
    const minor = stored !== null && !text.startsWith('export') && !functionFollows.test(stored[3]!);
    found.push({ name: defined, line, indent: indentOf(text).length, minor });
  }
  return found;
}

/** The name to look for: the last part of `Class.method`, `module::function`, `(*T).Method`; undefined if it is not a name. */
export function plainName(symbol: string): string | undefined {
  const last = symbol
    .replace(/\(.*$/su, (rest) => (rest.includes(').') ? rest.slice(rest.lastIndexOf(').')) : ''))
    .split(/[.:/\s]/u)
    .at(-1);
  return last !== undefined && new RegExp(`^${name}$`, 'u').test(last) ? last : undefined;
}

export function defines(lines: readonly string[], wanted: string): boolean {
  return lines.some((line) => line.includes(wanted) && definedOn(line) === wanted);
}

/** Whether the name occurs as a word. */
export function mentions(text: string, wanted: string): boolean {
  const word = /[\p{L}\p{N}_$]/u;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
    if (!word.test(text[at - 1] ?? '') && !word.test(text[at + wanted.length] ?? '')) return true;
  }
  return false;
}

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}
