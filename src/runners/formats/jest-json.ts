import { inspect, stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import type { TestFailure, TestResult, TestStatus } from '../../agent/verdict.ts';
import type { TestReport } from '../runner.ts';
import { beforeStack, cleanText } from './failure-text.ts';
import { type Places, workspacePath } from './places.ts';
import { failureWith, problemOf } from './report-lines.ts';
import { idOf, uniqueResults } from './results.ts';

const assertion = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.string(),
  duration: z.number().nonnegative().nullish(),
  failureMessages: z.array(z.string()).nullish(),
  failureDetails: z.array(z.unknown()).nullish(),
});
type Assertion = z.infer<typeof assertion>;

/** What jest writes with `--json --outputFile`; nothing else is read. */
const schema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(assertion),
    }),
  ),
});

const statuses: Readonly<Record<string, TestStatus>> = {
  passed: 'passed',
  failed: 'failed',
  pending: 'skipped',
  skipped: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
};

/** @returns undefined when the text is cut off or not jest's */
export function parseJestJson(text: string, places: Places): TestReport | undefined {
  const files = schema.safeParse(json(text)).data?.testResults;
  if (files === undefined) return undefined;
  const tests: TestResult[] = [];
  const problems: TestReport['problems'][number][] = [];
  for (const { name, status, message, assertionResults } of files) {
    // A file that does not load has no tests and is failed.
    if (status === 'failed' && !assertionResults.some((result) => result.status === 'failed')) {
      problems.push(problemOf(name, withoutAdvice(message ?? ''), places));
    }
    const file = workspacePath(name, places);
    for (const result of assertionResults) {
      const test = testOf(result, file, places);
      if (test !== undefined) tests.push(test);
    }
  }
  return { tests: uniqueResults(tests, 'number'), problems };
}

/** jest's heading, indentation, and the page about configuration that it puts before a syntax error. */
function withoutAdvice(message: string): string {
  return stripVTControlCharacters(message)
    .replaceAll(/^ {2,4}/gm, '')
    .replace(/^\s*● Test suite failed to run\s*/, '')
    .replace(/^Jest encountered an unexpected token[\s\S]*?\n\s*Details:\s*/, '');
}

function testOf(result: Assertion, file: string | undefined, places: Places): TestResult | undefined {
  const status = statuses[result.status];
  // "focused" tests are listed beside those that ran.
  if (status === undefined) return undefined;
  return {
    id: idOf(file, result.ancestorTitles, result.title),
    name: cleanText(result.title, 300),
    ...(file !== undefined && { file }),
    status,
    ...(typeof result.duration === 'number' && { milliseconds: result.duration }),
    ...(status === 'failed' && { failure: failureFrom(result, places) }),
  };
}

function failureFrom({ failureMessages, failureDetails }: Assertion, places: Places): TestFailure {
  const text = stripVTControlCharacters(failureMessages?.[0] ?? '');
  const message = beforeStack(text)
    .trim()
    .replace(/^(?:Error|AssertionError[^:\n]*): /, '');
  const detail = thrown.safeParse(failureDetails?.[0]).data;
  const { expected, actual } = detail?.matcherResult ?? detail ?? {};
  // JSON drops undefined and functions; jest's own lines in the message, which are read then, have them.
  const known = expected !== undefined && actual !== undefined;
  const values = known ? { expected: shown(expected), actual: shown(actual) } : {};
  return failureWith(message, { stack: text.slice(text.indexOf(message) + message.length), ...values }, places);
}

const values = z.object({ expected: z.unknown().optional(), actual: z.unknown().optional() });
/** An error of jest's matchers, or of Node's assert, which has the values itself. */
const thrown = values.extend({ matcherResult: values.nullish() });

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 8, maxArrayLength: 100, breakLength: 100 });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
