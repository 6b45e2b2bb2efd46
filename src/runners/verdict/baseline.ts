import type { TestResult } from '../../agent/verdict.ts';
import { newFilesLike, type ProtectedFiles, protect } from '../protection/protected.ts';
import type { Baseline, TestProject, TestRun } from '../runner.ts';
import { type RunOptions, runTests } from '../running/run.ts';
import { judge } from './judge.ts';

export type BaselineEvent =
  | {
      readonly kind: 'detected';
      readonly runner: string;
      readonly command: string;
      readonly cwd: string;
      readonly why: string;
    }
  | { readonly kind: 'baseline-run'; readonly run: 1 | 2 };

/**
 * Runs all tests of the unchanged workspace twice, so that tests which do not always end the same way are known; once
 * when they hang or cannot be started.
 * @throws RetuneError `cancelled`
 */
export async function measureBaseline(
  project: TestProject,
  options: Omit<RunOptions, 'onPlan'>,
  onEvent: (event: BaselineEvent) => void,
  signal?: AbortSignal,
): Promise<Baseline> {
  const first = await runTests(
    project,
    { kind: 'all' },
    {
      ...options,
      onPlan({ display }) {
        const { runner, cwd, why } = project;
        onEvent({ kind: 'detected', runner: runner.name, command: display, cwd, why });
        onEvent({ kind: 'baseline-run', run: 1 });
      },
    },
    signal,
  );
  const firstVerdict = judge(first, {});
  if (hung(first) || first.end.kind === 'not-started') {
    return { verdict: firstVerdict, flaky: [], hung: hung(first), tests: firstVerdict.tests, rewritten: [] };
  }

  const before = await protect(project, firstVerdict.tests, {}, signal);
  onEvent({ kind: 'baseline-run', run: 2 });
  const second = await runTests(project, { kind: 'all' }, options, signal);
  const verdict = judge(second, {});
  // A run that hung has nothing to compare; what is known of the tests is then what the other run said.
  const compared = hung(second) ? { tests: firstVerdict.tests, flaky: [] } : compare(firstVerdict.tests, verdict.tests);
  return {
    verdict,
    ...compared,
    hung: hung(second),
    rewritten: await rewrittenBy(before, signal),
    ...(second.end.kind === 'exited' && second.end.code !== null && { exitCode: second.end.code }),
  };
}

function hung({ end }: TestRun): boolean {
  return end.kind === 'timed-out';
}

/**
 * What two runs agree on. A test that was skipped in one of them counts as skipped, so that a skip is not held against
 * an attempt later; one that is missing in one of them is not expected again.
 */
export function compare(
  first: readonly TestResult[],
  second: readonly TestResult[],
): Pick<Baseline, 'tests' | 'flaky'> {
  const before = new Map(first.map((test) => [test.id, test]));
  const now = new Set(second.map(({ id }) => id));
  const flaky = new Set(first.flatMap(({ id }) => (now.has(id) ? [] : [id])));
  const tests: TestResult[] = [];
  for (const test of second) {
    const other = before.get(test.id);
    if (other?.status !== test.status) flaky.add(test.id);
    if (other !== undefined) tests.push(other.status === 'skipped' ? other : test);
  }
  return { tests, flaky: [...flaky] };
}

/** Protected files that one run changed although nobody else did. */
async function rewrittenBy(before: ProtectedFiles, signal?: AbortSignal): Promise<readonly string[]> {
  const changed = await before.changed(signal);
  // A new file may have another name each time.
  return [...new Set(changed.flatMap((path) => (before.paths.has(path) ? [path] : [path, newFilesLike(path)])))];
}
