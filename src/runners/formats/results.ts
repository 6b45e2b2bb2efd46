import type { TestResult, TestStatus } from '../../agent/verdict.ts';
import { cleanText } from './failure-text.ts';

export const idSeparator = ' › ';

/** The id of a test: its file, the names around it, and its own, joined. */
export function idOf(file: string | undefined, groups: readonly string[], name: string): string {
  const parts = [...(file === undefined ? [] : [file]), ...groups, name];
  return parts.map((part) => cleanText(part, 300).replaceAll('\n', ' ')).join(idSeparator);
}

const badness: readonly TestStatus[] = ['skipped', 'passed', 'failed', 'errored'];

/**
 * Makes ids unique, in the order of the report, so that they are the same in the next run.
 * @param duplicates `number`: the second of two equal ids gets the suffix ` #2`; `merge`: they are phases of one test,
 *   and the worse status counts (errored, failed, passed, skipped)
 */
export function uniqueResults(tests: readonly TestResult[], duplicates: 'number' | 'merge'): TestResult[] {
  const unique = new Map<string, TestResult>();
  const counts = new Map<string, number>();
  for (const test of tests) {
    const earlier = unique.get(test.id);
    if (earlier === undefined) {
      unique.set(test.id, test);
      continue;
    }
    if (duplicates === 'merge') {
      if (badness.indexOf(test.status) > badness.indexOf(earlier.status)) unique.set(test.id, test);
      continue;
    }
    let count = counts.get(test.id) ?? 1;
    let id = test.id;
    // A test may itself be called `a #2`.
    while (unique.has(id)) id = `${test.id} #${++count}`;
    counts.set(test.id, count);
    unique.set(id, { ...test, id });
  }
  return [...unique.values()];
}
