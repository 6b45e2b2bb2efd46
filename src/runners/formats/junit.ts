import type { TestResult } from '../../agent/verdict.ts';
import type { TestReport } from '../runner.ts';
import { cleanText, failureOf } from './failure-text.ts';
import type { JvmSource } from './frames.ts';
import { type JunitCase, type JunitOutcome, junitCases } from './junit-xml.ts';
import { type Places, workspacePath } from './places.ts';
import { pythonError } from './python-error.ts';
import { problemIn } from './report-lines.ts';
import { idOf, uniqueResults } from './results.ts';

/** What differs between the runners that write JUnit XML. */
export interface JunitDialect {
  /** Where the case is: file as printed ('' = unknown) and the names around it; default: `usualNaming`. */
  readonly naming?: (testcase: JunitCase) => { readonly file: string; readonly groups: readonly string[] };
  /** What `<error>` means: the test could not be run (default), or it ran and threw something else than an assertion. */
  readonly errors?: 'errored' | 'failed';
  /** Two cases with one id: two tests, numbered in order (default), or one test in two phases, the worse of which counts. */
  readonly duplicates?: 'number' | 'merge';
  /** Cases that are not tests but problems of the runner, such as a file that does not load. */
  readonly isProblem?: (testcase: JunitCase) => boolean;
  readonly jvmSource?: JvmSource;
}

/**
 * Reads JUnit XML: nested suites, `classname`, `file`, `<failure>`, `<error>`, `<skipped>`; what tests print is ignored.
 * @returns undefined when the text is truncated, too large or not JUnit XML
 */
export function parseJunit(xml: string, places: Places, dialect: JunitDialect = {}): TestReport | undefined {
  const cases = junitCases(xml);
  if (cases === undefined) return undefined;
  const tests: TestResult[] = [];
  const problems: TestReport['problems'][number][] = [];
  for (const testcase of cases) {
    if (dialect.isProblem?.(testcase)) problems.push(problemOf(testcase, places));
    else tests.push(resultOf(testcase, places, dialect));
  }
  return { tests: uniqueResults(tests, dialect.duplicates ?? 'number'), problems };
}

function resultOf(testcase: JunitCase, places: Places, dialect: JunitDialect): TestResult {
  const { file: printed, groups } = (dialect.naming ?? usualNaming)(testcase);
  const file = printed === '' ? undefined : workspacePath(printed, places);
  const { outcome, seconds } = testcase;
  const status = statusOf(outcome, dialect);
  return {
    id: idOf(file, groups, testcase.name),
    name: cleanText(testcase.name, 300),
    ...(file !== undefined && { file }),
    status,
    ...(seconds !== undefined && { milliseconds: Math.round(seconds * 1e6) / 1e3 }),
    ...(status === 'failed' || status === 'errored'
      ? { failure: failureOf(outcome.message, outcome.body, places, dialect.jvmSource) }
      : {}),
  };
}

function statusOf({ kind }: JunitOutcome, dialect: JunitDialect): TestResult['status'] {
  if (kind === 'failure') return 'failed';
  if (kind === 'error') return dialect.errors ?? 'errored';
  return kind;
}

function problemOf({ name, classname, outcome }: JunitCase, places: Places): TestReport['problems'][number] {
  const text = outcome.body.trim() === '' ? outcome.message : outcome.body;
  const where = cleanText([classname, name].filter((part) => part !== '').join('.'), 300);
  const { message } = failureOf(pythonError(text), '', places);
  return { ...problemIn(where, message, places, text), message };
}

/** `src/a.test.ts`, as vitest writes it into `classname` and the suite's name. */
const looksLikePath = /^[^\n]*[\\/.][^\n]*\.[cm]?[jt]sx?$/;

/** File, suites and class as most writers mean them; names that say nothing or repeat the file are left out. */
function usualNaming({ file, classname, suites }: JunitCase): { file: string; groups: readonly string[] } {
  const known = file || [classname, ...suites].find((text) => looksLikePath.test(text)) || '';
  // node:test gives every case the class "test".
  const names = [...suites, classname === 'test' ? '' : classname];
  const groups = names.filter((name, index) => name !== '' && name !== known && names.indexOf(name) === index);
  return { file: known, groups };
}
