import type { TestResult } from '../../agent/verdict.ts';
import { plainText } from '../running/output-text.ts';
import type { Trouble } from './blame.ts';
import type { Facts } from './facts.ts';

/** Number of characters of each stream in which a reason for the process's end is looked for. */
const searched = 20_000;
/** Exit codes by which a shell says that a program is missing or may not be executed. */
const notRun: readonly (number | null)[] = [126, 127];

/** Of a process that ended before its tests did; none where they did not run at the baseline either. */
export function ofEnd({ run: { end }, baseline }: Facts): readonly Trouble[] {
  const known = new Set(baseline?.flaky);
  const ran = baseline?.tests.some(({ id, status }) => (status === 'passed' || status === 'failed') && !known.has(id));
  if (!ran || notRun.includes(end.code)) return [];
  return [{ text: printedBy(end), printed: true }];
}

/**
 * Of a process that ended with an error after all tests passed. Where tests failed at the baseline, the exit code was another
 * for that reason alone, and it may be something that fails always, such as a limit on coverage; then only an error that ended
 * the process and is shown with its place can be the attempt's.
 */
export function ofExitCode({ run: { end }, baseline }: Facts): readonly Trouble[] {
  if (baseline === undefined || notRun.includes(end.code)) return [];
  if (baseline.exitCode === 0) return [{ text: printedBy(end), printed: true }];
  const uncaught = /^(?<text>[\s\S]*)\n\nNode\.js v\d[^\n]*\s*$/.exec(plainText(end.stderr.slice(-searched)))?.groups;
  return uncaught === undefined ? [] : [{ text: uncaught.text!, printed: true, needs: 'place' }];
}

/** Of tests and files that could not be run. */
export function ofErrors(errored: readonly TestResult[], { baseline, run }: Facts): readonly Trouble[] {
  if (baseline === undefined) return [];
  const before = new Map(baseline.tests.map((test) => [test.id, test]));
  const flaky = new Set(baseline.flaky);
  return errored.flatMap((test) => {
    const { id, failure } = test;
    const earlier = before.get(id)?.status === 'errored' ? before.get(id) : undefined;
    if (earlier !== undefined && withoutNumbers(earlier) === withoutNumbers(test)) return [];
    const problem = run.report?.problems.find(({ where, message }) => isProblem(test, where, message));
    const frames = failure?.frames.map(({ path, line }) => `at ${path}:${line}`) ?? [];
    const text = [failure?.message, problem?.details, ...frames].filter((part) => part !== undefined).join('\n');
    const known = earlier !== undefined || flaky.has(id);
    return [{ text, compiler: problem?.compiler ?? false, ...(known && { needs: 'syntax-error' as const }) }];
  });
}

function isProblem({ id, failure }: TestResult, where: string, message: string): boolean {
  return id === problemId(where) && failure?.message === message;
}

/** How a problem is called among tests. */
export function problemId(where: string): string {
  return `${where} › (could not be run)`;
}

/** An attempt moves lines, and columns with them. */
function withoutNumbers({ failure }: TestResult): string {
  return (failure?.message ?? '').replaceAll(/\d+/g, '');
}

/** Files of which no test is left: their processes ended before. Single tests may have other names, made by the code under test. */
export function lostFiles(missing: readonly TestResult[], tests: readonly TestResult[]): readonly string[] {
  const present = new Set(tests.map(({ file }) => file));
  return missing.flatMap(({ file }) => (file === undefined || present.has(file) ? [] : [file]));
}

function printedBy({ stdout, stderr }: Facts['run']['end']): string {
  return [stdout, stderr].map((text) => plainText(text.slice(-searched))).join('\n');
}
