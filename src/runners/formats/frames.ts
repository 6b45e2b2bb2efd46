import type { StackFrame } from '../../agent/verdict.ts';
import { type Places, workspacePath } from './places.ts';

/** Frames kept per failure. */
export const frameLimit = 20;
const maximumLineLength = 2000;

interface Dialect {
  /** Named groups `path`, `line` and, where there is one, `symbol`. */
  readonly line: RegExp;
  /** Matches the symbol on the line before. */
  readonly symbolBefore?: RegExp;
  /** The innermost frame comes last. */
  readonly innermostLast?: true;
}

const dialects: readonly Dialect[] = [
  // Python: `File "a.py", line 3, in f`; and pytest's `a.py:3: ValueError` and `a.py:3: in f`.
  { line: /^\s*File "(?<path>[^"]+)", line (?<line>\d+)(?:, in (?<symbol>\S+))?/, innermostLast: true },
  { line: /^(?<path>[^\s:][^:]*\.py):(?<line>\d+): (?:in (?<symbol>\S+)|[A-Z]\w*|\.{0,3}$)/, innermostLast: true },
  // Rust: a backtrace (the function on the line before).
  {
    line: /^\s*at (?<path>(?:[A-Za-z]:)?[^\s:]+\.rs):(?<line>\d+)(?::\d+)?$/,
    symbolBefore: /^\s*\d+: (?:0x[0-9a-f]+ - )?(?<symbol>\S+)$/,
  },
  // Node: `at f (file:///a.js:3:5)`, `at /a.js:3:5`; .NET: `at N.C.M() in /a.cs:line 3`.
  { line: /^\s*at (?:async )?(?<symbol>.+?) \((?<path>(?:file:\/\/)?(?:[A-Za-z]:)?[^():]+):(?<line>\d+):\d+\)$/ },
  { line: /^\s*at (?:async )?(?<path>(?:file:\/\/)?(?:[A-Za-z]:)?[^():]+):(?<line>\d+):\d+$/ },
  { line: /^\s*at (?<symbol>.+?) in (?<path>(?:[A-Za-z]:)?[^:]+):line (?<line>\d+)$/ },
  // vitest: `❯ f a.ts:3:5`.
  { line: /^\s*❯ (?:(?<symbol>\S+) )?(?<path>(?:file:\/\/)?(?:[A-Za-z]:)?[^\s():]+):(?<line>\d+):\d+$/ },
  // Rust: `panicked at src/lib.rs:3:5:`, the older form with the message first, and compiler errors.
  { line: /\bpanicked at (?:'.*', )?(?<path>(?:[A-Za-z]:)?[^\s:']+\.rs):(?<line>\d+):\d+:?$/ },
  { line: /^\s*--> (?<path>(?:[A-Za-z]:)?[^\s:]+):(?<line>\d+):\d+$/ },
  // Go: a goroutine's stack (the function on the line before), `t.Errorf`'s prefix, and compiler errors.
  {
    line: /^\t(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?$/,
    symbolBefore: /^(?:created by )?(?<symbol>\S+?)(?:\([^()]*\))?(?: in goroutine \d+)?$/,
  },
  { line: /^\s*(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+)(?::\d+)?: / },
  // testify: `Error Trace:	/a/b_test.go:3`.
  { line: /^\s*Error Trace:\s+(?<path>(?:[A-Za-z]:)?[^\s:]+\.go):(?<line>\d+)$/ },
];

/** `at a.b.SumTest.adds(SumTest.java:12)`: a class and a bare file name, which only the caller can turn into a path. */
const jvmLine = /^\s*at (?:[\w.]+\/\/?)?(?<symbol>[\w.$]+)\((?<file>[\w$]+\.(?:java|kt|groovy|scala)):(?<line>\d+)\)$/;

/** Gives the workspace-relative path of a source file of a JVM package (`a/b/SumTest.java`), if there is one. */
export type JvmSource = (packagePath: string) => string | undefined;

/**
 * Stack frames inside the workspace folder, innermost first, at most `frameLimit`, whatever language wrote them.
 * @param jvmSource finds sources for JVM frames, which name no directory; without it they are left out
 */
export function framesIn(text: string, places: Places, jvmSource?: JvmSource): StackFrame[] {
  const lines = text.split('\n');
  const found: StackFrame[] = [];
  const reversed: StackFrame[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.length > maximumLineLength) continue;
    const frame = jvmFrame(line, jvmSource);
    if (frame !== undefined) found.push(frame);
    for (const dialect of dialects) {
      const match = dialect.line.exec(line)?.groups;
      if (match === undefined) continue;
      const { path: printed = '', line: number = '' } = match;
      const place = workspacePath(printed, places);
      if (place !== undefined && isLine(number)) {
        const symbol = match.symbol ?? dialect.symbolBefore?.exec(lines[index - 1] ?? '')?.groups?.symbol;
        (dialect.innermostLast ? reversed : found).push(frameOf(place, number, symbol));
      }
      break;
    }
  }
  return distinct([...reversed.reverse(), ...found]).slice(0, frameLimit);
}

function jvmFrame(line: string, source: JvmSource | undefined): StackFrame | undefined {
  const { symbol, file, line: number } = (source && jvmLine.exec(line)?.groups) ?? {};
  if (source === undefined || symbol === undefined || file === undefined || number === undefined) return undefined;
  // The last two parts of the symbol are class and method; what precedes them is the package.
  const place = source([...symbol.split('.').slice(0, -2), file].join('/'));
  return place === undefined || !isLine(number) ? undefined : frameOf(place, number, symbol);
}

function frameOf(path: string, line: string, symbol: string | undefined): StackFrame {
  return {
    path,
    line: Number(line),
    ...(symbol !== undefined && symbol !== '' && { symbol: symbol.slice(0, 200) }),
  };
}

function isLine(text: string): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) > 0;
}

/** pytest and Python write the same frame twice; the first, innermost, mention stays. */
function distinct(frames: readonly StackFrame[]): StackFrame[] {
  const seen = new Map<string, StackFrame>();
  for (const frame of frames) {
    const key = `${frame.path}:${frame.line}`;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, frame);
    else if (earlier.symbol === undefined && frame.symbol !== undefined) seen.set(key, frame);
  }
  return [...seen.values()];
}
