import type { Task } from '../agent/task.ts';
import { detectTests } from '../runners/detection/detect.ts';
import { type ProtectedFiles, protect } from '../runners/protection/protected.ts';
import { type Sources, watchSources } from '../runners/protection/sources.ts';
import type { Baseline, TestProject } from '../runners/runner.ts';
import { givenCommand, languagesOf } from '../runners/runners.ts';
import { measureBaseline } from '../runners/verdict/baseline.ts';
import { type FoundTarget, findTarget } from '../targeting/find-target.ts';
import { baselineUnusable } from './errors.ts';
import type { FixEvent } from './fix-events.ts';
import type { FixOptions } from './fix-options.ts';

/** What is known about a workspace before the first attempt. */
export interface PreparedTask {
  readonly project: TestProject;
  readonly baseline: Baseline;
  readonly target: FoundTarget;
  readonly protectedFiles: ProtectedFiles;
  /** All source files but those of the target. */
  readonly sources: Sources;
  readonly task: Task;
}

export const defaultTimeoutMs = 10 * 60_000;

/** Whether no attempt could ever earn a reward. Where the runner writes reports, a missing one may be what is to be fixed. */
function cannotJudge({ verdict }: Baseline, { runner }: TestProject): boolean {
  const { reason } = verdict;
  return reason === 'could-not-start' || reason === 'no-tests' || (reason === 'no-report' && runner === givenCommand);
}

/**
 * Detects the tests, runs them twice without a change, and finds the target; each step needs the one before it.
 * @returns the baseline alone when nothing fails
 */
export async function prepare(
  options: Pick<FixOptions, 'folder' | 'request' | 'target' | 'testCommand' | 'timeoutMs' | 'allowTestChanges'>,
  session: { readonly id: string; readonly scratch: string },
  report: (event: FixEvent) => void,
  signal: AbortSignal,
): Promise<PreparedTask | { readonly baseline: Baseline }> {
  const { folder, request, testCommand, timeoutMs = defaultTimeoutMs } = options;
  // A mistyped target should be reported before the tests run twice.
  if (options.target !== undefined) await findTarget(folder, options.target, undefined, signal);
  const near = options.target?.[0];
  const project = await detectTests(
    folder,
    { ...(near !== undefined && { target: near }), ...(testCommand !== undefined && { command: testCommand }) },
    signal,
  );
  const since = Date.now();
  const baseline = await measureBaseline(project, { timeoutMs, scratch: session.scratch }, report, signal);
  report({ kind: 'baseline', verdict: baseline.verdict, flaky: baseline.flaky });
  if (baseline.verdict.reward === 1) return { baseline };
  if (cannotJudge(baseline, project)) throw baselineUnusable(baseline.verdict.detail, project.why);
  const target = await findTarget(project.folder, options.target, baseline.verdict, signal);
  report({
    kind: 'target',
    files: target.files.map(({ path, target: { focus } }) => ({ path, ...focus })),
    why: target.why,
  });
  const targets = target.files.map(({ path }) => path);
  const except = options.allowTestChanges === true ? targets : [];
  const [protectedFiles, sources] = await Promise.all([
    protect(project, baseline.tests, { except, ignore: baseline.rewritten }),
    watchSources(project, { languages: languagesOf(project.runner), except: targets, since }),
  ]);
  const task: Task = {
    id: session.id,
    request,
    targets: target.files.map(({ target }) => target),
    neighbours: target.neighbours,
    baseline: baseline.verdict,
  };
  return { project, baseline, target, protectedFiles, sources, task };
}
