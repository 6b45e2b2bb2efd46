import { extname } from 'node:path';
import { kindOfText } from './failure-kind.ts';

/** The line that failed is shown among its neighbours, which say nothing about the error. */
const shownCode = /^\s*(?:>\s*)?\d+\s*[|│┃].*$/gm;
/** `at add (src/add.js:3:5)`, `src/add.js:3`, `File "src/add.py", line 3`, `src/Sum.cs(3,5)`. */
const place = /(?<path>[\w@$+\-./\\[\]]*[\w\])]\.[A-Za-z]\w{0,5})(?:"?, line |:\[?|\()\d/g;
const anyPath = /(?<path>[\w@$+\-./\\[\]]*[\w\])]\.[A-Za-z]\w{0,5})(?![\w/\\])/g;

/**
 * Whether a text names one of these files: an error's message, its stack, a compiler's place.
 * @param placed only with the number of a line, for text that may name files for any reason
 */
export function namesFile(text: string, files: readonly string[], placed = false): boolean {
  return pathsIn(text, placed ? place : anyPath).some((path) => isOneOf(path, files));
}

/** Whether one of these files is the first of its language that a text names: of an error, the innermost. */
export function beginsIn(text: string, files: readonly string[]): boolean {
  const endings = new Set(files.map((file) => extname(file)));
  const first = pathsIn(text, anyPath).find((path) => endings.has(extname(path)) && !foreign.test(path));
  return first !== undefined && isOneOf(first, files);
}

/** Whether a text names any place in a file of the workspace; paths outside of it are absolute. */
export function namesPlace(text: string): boolean {
  return pathsIn(text, place).some((path) => !foreign.test(path) && !/^[\\/]/.test(path));
}

/** No path, and at this length too slow to be searched for one. */
const tooLong = /\S{1000,}/g;
const foreign = /(?:^|[\\/])(?:node_modules|site-packages|internal)[\\/]/;

function pathsIn(text: string, pattern: RegExp): string[] {
  const searched = text.replaceAll(shownCode, '').replaceAll(tooLong, ' ');
  return [...searched.matchAll(pattern)].map(({ groups }) => groups!.path!);
}

function isOneOf(printed: string, files: readonly string[]): boolean {
  // A tool may print a path relative to its own directory, or the module as another file imports it.
  const path = printed.replaceAll('\\', '/').replace(/^(?:\.{1,2}\/)+/, '');
  return files.some((file) => file === path || file.endsWith(`/${path}`) || path.endsWith(`/${file}`));
}

/** Errors by which languages say that a name, a type or a module is not what the code takes it for. */
const ofNames =
  /\b(?:TypeError|ReferenceError|NameError|UnboundLocalError|AttributeError|NoMethodError|ArgumentError)\b/;

/** Whether an error depends on the code alone, and not on what else the machine and its services do. */
export function isOfCode(text: string): boolean {
  const kind = kindOfText(text);
  return kind === 'syntax' || kind === 'import' || ofNames.test(text);
}

const ofMachine = new RegExp(
  [
    String.raw`\b(?:ENOSPC|EDQUOT|EMFILE|ENFILE|ENOMEM|EROFS|EACCES|EPERM|EADDRINUSE|EADDRNOTAVAIL|ECONN\w+|ENETUNREACH)\b`,
    String.raw`\b(?:EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)\b`,
    'No space left on device|Disk quota exceeded|Too many open files|Cannot allocate memory|Read-only file system',
    'Permission denied|Connection refused|Connection reset|Address already in use|Name or service not known',
    // A program that is missing: shells, cargo, Windows.
    String.raw`command not found|^\S*sh: .*: not found$|linker .\S+. not found|is not recognized as an internal`,
  ].join('|'),
  'im',
);

/** Whether a text says that the machine, a service or an installed program failed. */
export function isOfMachine(text: string): boolean {
  return ofMachine.test(text);
}

const missing: readonly RegExp[] = [
  /Cannot find (?:module|package) ['"](?<name>[^'"\n]+)['"]/,
  /No module named '?(?<dotted>[\w.]+)/,
  /Failed to resolve import "(?<name>[^"\n]+)"/,
  /Failed to load url (?<name>\S+)/,
  /cannot load such file -- (?<name>\S+)/,
  /no required module provides package (?<name>[^\s;:]+)/,
  /package (?<name>\S+) is not in (?:std|GOROOT)/,
  /cannot find package "(?<name>[^"\n]+)"/,
  /unresolved module or unlinked crate `(?<name>\w+)`|can't find crate for `(?<crate>\w+)`/,
];

/** The last part of the name of a module that could not be found, without its ending. */
export function missingModule(text: string): string | undefined {
  for (const pattern of missing) {
    const { name, dotted, crate } = pattern.exec(text)?.groups ?? {};
    if (dotted !== undefined) return dotted.split('.').findLast((part) => part !== '');
    const found = (name ?? crate)?.split(/[\\/]/).findLast((part) => part !== '');
    if (found !== undefined) return found.replace(/(?<=.)\.\w{1,4}$/, '');
  }
  return undefined;
}
