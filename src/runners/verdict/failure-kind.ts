import type { FailureKind, TestResult } from '../../agent/verdict.ts';

const notParsed =
  /\b(SyntaxError|IndentationError|TabError|ParseError|syntax error|Unexpected token|error TS1\d{3}|error CS1\d{3})\b|Transform failed with \d+ error|(?<![A-Za-z])error: (expected|unexpected|unclosed|mismatched|this file contains an unclosed)\b/i;

/** What messages of compilers, interpreters and test libraries look like; the first that matches decides. */
const patterns: readonly (readonly [FailureKind, RegExp])[] = [
  // A text that could not be parsed while the program ran is not the program's own syntax.
  ['runtime', /SyntaxError: .*\bJSON\b|JSONDecodeError/],
  // What Ruby expects of a call is not what a test expects.
  ['runtime', /ArgumentError: wrong number of arguments \(/],
  ['import', /does not provide an export named/],
  ['syntax', notParsed],
  [
    'import',
    /\b(ModuleNotFoundError|ImportError|ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|NoClassDefFoundError|ClassNotFoundException)\b|cannot load such file|Cannot find (module|package)|Failed to (resolve import|load url)|unresolved import|no required module provides|error TS2307|error CS0246|package \S+ is not in/i,
  ],
  // What else a compiler refuses: Rust, Go (which names the column), TypeScript and C#, Java and Kotlin.
  [
    'syntax',
    /^error\[E\d{4}\]: |^\S+\.go:\d+:\d+: |error (?:TS|CS)\d{4}\b|error: (?:cannot find symbol|incompatible types)|could not compile `/m,
  ],
  ['timeout', /\btimed? ?out\b|Timeout of \d+ ?ms exceeded|exceeded timeout|\bDeadlineExceeded\b/i],
  [
    'wrong-result',
    /Assertion(Failed)?(Error|Exception)\b|\bassert\w*\b|\bexpect(ed)?\b|\b(got|want)\b|\b(left|right):/i,
  ],
];

/** undefined when nothing in the text is recognised. */
export function kindOfText(text: string): FailureKind | undefined {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Whether a text says that code could not even be parsed. */
export function isSyntaxError(text: string): boolean {
  return kindOfText(text) === 'syntax' && notParsed.test(text);
}

function kindOfTest({ failure, status }: TestResult): FailureKind {
  if (failure === undefined) return 'runtime';
  const kind = kindOfText(failure.message);
  if (kind === 'syntax' || kind === 'import' || kind === 'timeout') return kind;
  if (status === 'failed' && (failure.expected !== undefined || failure.actual !== undefined)) return 'wrong-result';
  return kind ?? 'runtime';
}

/** Of an attempt with which tests cannot run: no result was wrong, because there was none. */
export function kindOfBroken(tests: readonly TestResult[], output: string): FailureKind {
  const kind = failureKindOf(
    tests.filter(({ status }) => status === 'errored'),
    output,
  );
  return kind === 'syntax' || kind === 'import' ? kind : 'runtime';
}

/**
 * One kind for all that failed or errored: code that cannot be loaded explains everything else, so it comes first;
 * otherwise the most frequent, the earliest of equals.
 * @param output what the tests printed, for when no test says why
 */
export function failureKindOf(tests: readonly TestResult[], output: string): FailureKind | undefined {
  const kinds = tests.filter(({ status }) => status === 'failed' || status === 'errored').map(kindOfTest);
  if (kinds.length === 0) return kindOfText(output);
  const counts = new Map<FailureKind, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const kind of ['syntax', 'import'] as const) if (counts.has(kind)) return kind;
  return [...counts].reduce((most, next) => (next[1] > most[1] ? next : most))[0];
}
