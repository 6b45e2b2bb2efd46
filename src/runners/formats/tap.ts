import { inspect } from 'node:util';
import { Parser, type Result } from 'tap-parser';
import type { TestResult, TestStatus } from '../../agent/verdict.ts';
import type { TestReport } from '../runner.ts';
import { cleanText } from './failure-text.ts';
import type { Places } from './places.ts';
import { failureWith, problemOf } from './report-lines.ts';
import { idOf, uniqueResults } from './results.ts';

/** A second document, or points after the end of the first. */
const more = /^(?:not )?ok\b|^TAP version |^\d+\.\.\d+\b/;

/**
 * Reads TAP 12 to 14 among other output. It shares its stream with what the tests print, so any inconsistency makes it
 * worthless: no plan, a wrong count, numbers twice or out of range, more than one document.
 */
export function parseTap(text: string, places: Places): TestReport | undefined {
  const tests: TestResult[] = [];
  const problems: TestReport['problems'][number][] = [];
  let sound = true;
  const parser = new Parser();
  parser.on('extra', (line: string) => {
    if (more.test(line)) sound = false;
  });
  follow(parser, [], (result, groups) => {
    if (result.tapError !== null) sound = false;
    tests.push(testOf(result, groups, places));
  });
  parser.end(text);
  const { results } = parser;
  if (results === null || !sound || results.plan.start === null || parser.syntheticPlan) return undefined;
  if (results.failures.some((failure) => isTapError(failure))) return undefined;
  if (results.bailout !== false) {
    problems.push(problemOf('', `Bail out! ${results.bailout === true ? '' : results.bailout}`, places));
  }
  return { tests: uniqueResults(tests, 'number'), problems };
}

/** Reports the points that have no points below them. */
function follow(
  parser: Parser,
  groups: readonly string[],
  report: (result: Result, groups: readonly string[]) => void,
): void {
  let below = 0;
  parser.on('child', (child: Parser) => {
    follow(child, [...groups, child.name], (result, names) => {
      below++;
      report(result, names);
    });
  });
  parser.on('assert', (result: Result) => {
    const own = below;
    below = 0;
    if (own === 0) report(result, groups);
  });
}

function isTapError(failure: object): boolean {
  return 'tapError' in failure && failure.tapError !== null && failure.tapError !== undefined;
}

function testOf(result: Result, groups: readonly string[], places: Places): TestResult {
  const name = result.name === '' ? `test ${result.id}` : result.name;
  const status: TestStatus = result.skip || result.todo ? 'skipped' : result.ok ? 'passed' : 'failed';
  return {
    id: idOf(undefined, groups, name),
    name: cleanText(name, 300),
    status,
    ...(typeof result.time === 'number' && { milliseconds: result.time }),
    ...(status === 'failed' && { failure: failureFrom(result, places) }),
  };
}

/** Names that TAP writers give to the same things in their diagnostics. */
const keys = {
  message: ['message', 'error', 'reason'],
  expected: ['expected', 'wanted', 'doesNotWant'],
  actual: ['actual', 'found', 'got', 'received'],
  stack: ['stack', 'at'],
} as const;

function failureFrom({ diag, name }: Result, places: Places): NonNullable<TestResult['failure']> {
  const field = (kind: keyof typeof keys): string | undefined => {
    const key = keys[kind].find((candidate) => diag !== null && typeof diag === 'object' && candidate in diag);
    const value: unknown = key === undefined ? undefined : diag[key];
    if (key === undefined) return undefined;
    return typeof value === 'string' ? value : inspect(value, { depth: 8, breakLength: 100 });
  };
  return failureWith(
    field('message') ?? name,
    {
      stack: field('stack')?.replaceAll(/^(?!\s*at )/gm, '    at '),
      expected: field('expected'),
      actual: field('actual'),
    },
    places,
  );
}
