import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../../src/agent/verdict.ts';
import { detectTests } from '../../src/runners/detection/detect.ts';
import type { Selection, TestProject, TestRun } from '../../src/runners/runner.ts';
import { runTests } from '../../src/runners/running/run.ts';
import { type JudgeContext, judge } from '../../src/runners/verdict/judge.ts';
import { patienceMs } from './time.ts';

const fixtures = fileURLToPath(new URL('../fixtures/workspaces/', import.meta.url));

export interface MatrixOptions {
  /** Default {@link patienceMs}; a hanging variant wants less. */
  readonly timeoutMs?: number;
  readonly target?: string;
  /** As with `--test`. */
  readonly command?: string;
  readonly selection?: Selection;
  readonly context?: JudgeContext;
  /** Done in the copy before anything is detected, for what cannot lie among fixtures: a link to installed packages. */
  readonly prepare?: (directory: string) => Promise<void>;
}

export interface MatrixResult {
  readonly project: TestProject;
  readonly run: TestRun;
  readonly verdict: Verdict;
}

/** A copy of `test/fixtures/workspaces/WORKSPACE` (for example `pytest/failing`) while `use` works with it. */
export async function withWorkspace<T>(workspace: string, use: (directory: string) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'retune-workspace-')));
  const directory = join(root, 'workspace');
  try {
    await cp(join(fixtures, workspace), directory, { recursive: true, verbatimSymlinks: true });
    return await use(directory);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Copies a workspace, detects its tests, runs them once and judges them; nothing of it is left afterwards. */
export async function runWorkspace(workspace: string, options: MatrixOptions = {}): Promise<MatrixResult> {
  return withWorkspace(workspace, async (directory) => {
    await options.prepare?.(directory);
    return runDirectory(directory, options);
  });
}

/** The same in a directory that is there already. */
export async function runDirectory(directory: string, options: MatrixOptions = {}): Promise<MatrixResult> {
  const { target, command, selection = { kind: 'all' }, timeoutMs = patienceMs } = options;
  const project = await detectTests(directory, { ...(target && { target }), ...(command && { command }) });
  const scratch = await mkdtemp(join(tmpdir(), 'retune-scratch-'));
  try {
    const run = await runTests(project, selection, { timeoutMs, scratch });
    return { project, run, verdict: judge(run, options.context ?? {}) };
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}
