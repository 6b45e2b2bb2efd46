import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment, EnvironmentEvent } from '../agent/environment.ts';
import type { Attempt, Task } from '../agent/task.ts';
import { rewardOf, type TestResult, type Verdict } from '../agent/verdict.ts';
import { encode } from '../files/edits/encode.ts';
import { presentHash, writeFiles } from '../files/edits/write.ts';
import type { Snapshots } from '../files/snapshots/snapshots.ts';
import type { ProtectedFiles } from '../runners/protection/protected.ts';
import type { Baseline, Selection, TestProject } from '../runners/runner.ts';
import { runTests } from '../runners/running/run.ts';
import { isFinal, judge } from '../runners/verdict/judge.ts';
import { throwIfCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import type { TargetSource } from '../targeting/target-source.ts';

export interface WorkspaceParts {
  readonly task: Task;
  readonly project: TestProject;
  readonly baseline: Baseline;
  readonly targets: readonly TargetSource[];
  readonly snapshots: Snapshots;
  readonly protectedFiles: ProtectedFiles;
  readonly timeoutMs: number;
  /** Rejects when this session may no longer write. */
  beforeWrite(): Promise<void>;
  /** A directory outside the workspace that belongs to this session. */
  readonly scratch: string;
}

interface Change {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of what should be there now, and of what will be. */
  readonly expected: string;
  readonly after: string;
}

/**
 * A workspace folder as an environment: an attempt is written over its target after a snapshot, and the tests of the package
 * judge it. Every attempt is a change of the original files, so what only an earlier attempt changed is reverted.
 */
export class WorkspaceEnvironment implements Environment {
  readonly task: Task;
  readonly #parts: WorkspaceParts;
  /** SHA-256 of every target file as we left it. */
  readonly #present: Map<string, string>;
  #runs = 0;

  constructor(parts: WorkspaceParts) {
    this.task = parts.task;
    this.#parts = parts;
    this.#present = new Map(parts.targets.map(({ path, file }) => [path, file.sha256]));
  }

  async evaluate(
    attempt: Attempt,
    turn: number,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<Verdict> {
    throwIfCancelled(signal, 'The attempt');
    const refused = await this.#apply(attempt, turn, onEvent);
    if (refused !== undefined) return refused;
    const verdict = await this.#test(onEvent, signal);
    const changed = await this.#changedByOthers();
    return changed.length === 0 ? verdict : changedByOthers(changed, 'while the tests ran');
  }

  /** @returns a verdict when nothing was written: a file is not what we left, or its encoding cannot express the attempt. */
  async #apply(
    attempt: Attempt,
    turn: number,
    onEvent: (event: EnvironmentEvent) => void,
  ): Promise<Verdict | undefined> {
    let changes: readonly Change[];
    try {
      changes = this.#changes(attempt);
    } catch (error) {
      if (error instanceof RetuneError && error.code === 'edits.not-encodable')
        return undecided('unparsable', error.what);
      throw error;
    }
    const paths = changes.map(({ path }) => path);
    const changed = await this.#changedByOthers();
    if (changed.length > 0) return changedByOthers(changed, 'since the last attempt');
    const { snapshots } = this.#parts;
    const snapshot = await snapshots.save(
      turn,
      changes.map(({ path, after }) => ({ path, after })),
    );
    onEvent({ kind: 'snapshot', snapshot: snapshot.id, files: paths });
    await this.#parts.beforeWrite();
    const result = await writeFiles(this.#parts.project.folder, changes);
    if (result.kind === 'conflict') return changedByOthers(result.paths, 'just now');
    for (const { path, after } of changes) this.#present.set(path, after);
    onEvent({ kind: 'applied', files: paths });
    return undefined;
  }

  /** Every target file that must change on disk for this attempt. */
  #changes(attempt: Attempt): Change[] {
    const wanted = new Map(attempt.files.map(({ path, text }) => [path, text]));
    return this.#parts.targets.flatMap(({ path, file }) => {
      const bytes = encode(file, wanted.get(path) ?? file.text);
      const after = createHash('sha256').update(bytes).digest('hex');
      const expected = this.#present.get(path)!;
      return after === expected ? [] : [{ path, bytes, expected, after }];
    });
  }

  async #changedByOthers(): Promise<string[]> {
    const { folder } = this.#parts.project;
    const hashes = await Promise.all(
      [...this.#present].map(async ([path, hash]) => ((await presentHash(folder, path)) === hash ? [] : [path])),
    );
    return hashes.flat();
  }

  /** First the tests that failed before, which is quick; then all, because only all of them can earn the reward. */
  async #test(onEvent: (event: EnvironmentEvent) => void, signal: AbortSignal): Promise<Verdict> {
    const failing = failedTests(this.#parts.baseline);
    if (failing.length > 0 && failing.length < this.#parts.baseline.tests.length) {
      const verdict = await this.#run('failing', { kind: 'only', tests: failing }, onEvent, signal);
      if (verdict.final) return verdict.verdict;
    }
    const { verdict } = await this.#run('all', { kind: 'all' }, onEvent, signal);
    // One lucky run must not earn a reward where tests are known to be flaky.
    if (verdict.reward !== 1 || this.#parts.baseline.flaky.length === 0) return verdict;
    return (await this.#run('confirm', { kind: 'all' }, onEvent, signal)).verdict;
  }

  async #run(
    scope: 'failing' | 'all' | 'confirm',
    selection: Selection,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<{ readonly verdict: Verdict; readonly final: boolean }> {
    const { project, timeoutMs, baseline, protectedFiles } = this.#parts;
    const scratch = join(this.#parts.scratch, `run-${++this.#runs}-${scope}`);
    await mkdir(scratch, { recursive: true });
    try {
      const onPlan = ({ display }: { readonly display: string }) => onEvent({ kind: 'tests', scope, command: display });
      const run = await runTests(project, selection, { timeoutMs, scratch, onPlan }, signal);
      const verdict = judge(run, { baseline, protectedChanged: await protectedFiles.changed(signal) });
      const { passed, failed, milliseconds } = verdict;
      onEvent({ kind: 'tested', scope, passed, failed, milliseconds });
      return { verdict, final: isFinal(verdict, run.selection) };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

function failedTests({ tests, flaky }: Baseline): readonly TestResult[] {
  const unreliable = new Set(flaky);
  return tests.filter(({ status, id }) => status === 'failed' && !unreliable.has(id));
}

function changedByOthers(paths: readonly string[], when: string): Verdict {
  const detail = `${paths.join(', ')} was changed by something other than Retune ${when}; that change is kept, and nothing was written over it.`;
  return undecided('changed-by-others', detail);
}

/** A verdict without a run. */
function undecided(reason: 'changed-by-others' | 'unparsable', detail: string): Verdict {
  return {
    reward: rewardOf[reason],
    reason,
    detail,
    ...(reason === 'unparsable' && { failureKind: 'format' }),
    passed: 0,
    failed: 0,
    skipped: 0,
    errored: 0,
    tests: [],
    output: '',
    milliseconds: 0,
  };
}
