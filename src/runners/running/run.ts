import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../shared/process/run-process.ts';
import { toolVariables } from '../../shared/process/variables.ts';
import type { RunPlan, Selection, TestProject, TestRun } from '../runner.ts';
import { isStale, reportStates } from './freshness.ts';

export interface RunOptions {
  readonly timeoutMs: number;
  /** A directory outside the workspace, made when missing; each run works in a new one inside it. */
  readonly scratch: string;
  readonly onPlan?: (plan: RunPlan) => void;
}

/** In the scratch directory: what the last run printed, both streams, at most {@link maximumLogBytes}. */
export const outputLog = 'output.log';
const maximumLogBytes = 10 << 20;

/** Maximum number of characters kept in memory: of a report on stdout, all; of what only people read, its ends. */
const keptOfText = 256 << 10;
const keptOfReport = 32 << 20;

/**
 * Runs the tests once, never watching, and reads their report.
 * A runner that cannot run a selection runs everything instead.
 * @throws RetuneError `cancelled` when the signal fires; the process tree is gone by then
 */
export async function runTests(
  project: TestProject,
  asked: Selection,
  options: RunOptions,
  signal?: AbortSignal,
): Promise<TestRun> {
  await mkdir(options.scratch, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(options.scratch, 'run-'));
  try {
    const { plan, selection } = await planOf(project, asked, scratch);
    options.onPlan?.(plan);
    const before = await reportStates(plan.reports);
    const end = await runProcess(
      {
        argv: plan.argv,
        shell: plan.shell ?? false,
        cwd: project.cwd,
        env: toolVariables(process.env, plan.env),
        timeoutMs: options.timeoutMs,
        keep: { stdout: plan.reports.length === 0 ? keptOfReport : keptOfText, stderr: keptOfText },
        log: { path: join(options.scratch, outputLog), bytes: maximumLogBytes },
        what: 'The test run',
      },
      signal,
    );
    const stale = isStale(before, await reportStates(plan.reports));
    const readable = end.kind === 'exited' && !stale;
    return { selection, plan, end, report: readable ? await project.runner.read(project, plan, end) : undefined };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function planOf(
  project: TestProject,
  asked: Selection,
  scratch: string,
): Promise<{ readonly plan: RunPlan; readonly selection: Selection }> {
  for (const selection of [asked, { kind: 'all' } as const]) {
    const plan = await project.runner.plan(project, selection, scratch);
    if (plan !== undefined) return { plan, selection };
  }
  throw new Error(`the runner ${project.runner.name} has no plan for all tests`);
}
