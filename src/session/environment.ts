import { createHash } from 'node:crypto';
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment, EnvironmentEvent } from '../agent/environment.ts';
import type { Attempt, Task } from '../agent/task.ts';
import { rewardOf, type TestResult, type Verdict } from '../agent/verdict.ts';
import { encode } from '../files/edits/encode.ts';
import { presentHash, writeFiles } from '../files/edits/write.ts';
import type { Snapshots } from '../files/snapshots/snapshots.ts';
import type { ProtectedFiles } from '../runners/protection/protected.ts';
import type { Sources } from '../runners/protection/sources.ts';
import type { Baseline, Selection, TestProject } from '../runners/runner.ts';
import { runTests } from '../runners/running/run.ts';
import type { Changes } from '../runners/verdict/blame.ts';
import { examine, isFinal } from '../runners/verdict/judge.ts';
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
  /** All source files but those of the target. */
  readonly sources: Sources;
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
  /** Texts of the attempt's files, by path. */
  #attempt: ReadonlyMap<string, string> = new Map();
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
    this.#attempt = new Map(attempt.files.map(({ path, text }) => [path, text]));
    const refused = await this.#apply(turn, onEvent);
    if (refused !== undefined) return refused;
    const verdict = await this.#test(onEvent, signal);
    const changed = await this.#changedByOthers();
    return changed.length === 0 ? verdict : changedByOthers(changed, 'while the tests ran');
  }

  /** @returns a verdict when nothing was written: a file is not what we left, or its encoding cannot express the attempt. */
  async #apply(turn: number, onEvent: (event: EnvironmentEvent) => void): Promise<Verdict | undefined> {
    let changes: readonly Change[];
    try {
      changes = this.#changes();
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
  #changes(): Change[] {
    return this.#parts.targets.flatMap(({ path, file }) => {
      const bytes = encode(file, this.#attempt.get(path) ?? file.text);
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

  /** What is different from when the baseline was measured. */
  async #changesSince(scratch: string): Promise<Changes> {
    const targets = this.#parts.targets.flatMap(({ path, file }) => {
      const after = this.#attempt.get(path) ?? file.text;
      return after === file.text ? [] : [{ path, before: file.text, after }];
    });
    const other = (await this.#parts.sources.otherCause()) ?? (await fullDisk([scratch, this.#parts.project.folder]));
    return { targets, ...(other !== undefined && { other }) };
  }

  /** First the tests that failed before, which is quick; then all, because only all of them can earn the reward. */
  async #test(onEvent: (event: EnvironmentEvent) => void, signal: AbortSignal): Promise<Verdict> {
    const { baseline } = this.#parts;
    const failing = failedTests(baseline);
    const quick = failing.length > 0 && failing.length < baseline.tests.length;
    const first = quick
      ? await this.#run('failing', { kind: 'only', tests: failing }, false, onEvent, signal)
      : undefined;
    const suspected = first?.suspected ?? false;
    const all = first?.final ? first : await this.#run('all', { kind: 'all' }, suspected, onEvent, signal);
    // One lucky run must not earn a reward where tests are known to be flaky, and one run alone does not show a cause.
    const lucky = all.verdict.reward === 1 && (suspected || baseline.flaky.length > 0);
    if (!lucky && !(all.suspected && all.verdict.reward === null)) return all.verdict;
    const { verdict } = await this.#run('confirm', { kind: 'all' }, all.suspected, onEvent, signal);
    return all.verdict.reward === null && verdict.reward === 1 ? all.verdict : verdict;
  }

  async #run(
    scope: 'failing' | 'all' | 'confirm',
    selection: Selection,
    suspectedBefore: boolean,
    onEvent: (event: EnvironmentEvent) => void,
    signal: AbortSignal,
  ): Promise<{ readonly verdict: Verdict; readonly final: boolean; readonly suspected: boolean }> {
    const { project, timeoutMs, baseline, protectedFiles } = this.#parts;
    const scratch = join(this.#parts.scratch, `run-${++this.#runs}-${scope}`);
    await mkdir(scratch, { recursive: true });
    try {
      const onPlan = ({ display }: { readonly display: string }) => onEvent({ kind: 'tests', scope, command: display });
      const run = await runTests(project, selection, { timeoutMs, scratch, onPlan }, signal);
      const context = { baseline, protectedChanged: await protectedFiles.changed(signal) };
      const alone = examine(run, context);
      const { verdict, suspected } = alone.troubled
        ? examine(run, { ...context, changes: await this.#changesSince(scratch), suspectedBefore })
        : alone;
      const { passed, failed, milliseconds } = verdict;
      onEvent({ kind: 'tested', scope, passed, failed, milliseconds });
      return { verdict, final: isFinal(verdict, run.selection), suspected };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

function failedTests({ tests, flaky }: Baseline): readonly TestResult[] {
  const unreliable = new Set(flaky);
  return tests.filter(({ status, id }) => status === 'failed' && !unreliable.has(id));
}

/** Less is too little for a report. */
const leastFreeBytes = 1 << 20;

async function fullDisk(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const { bavail, bsize } = await statfs(directory);
    if (bavail * bsize < leastFreeBytes) return `The disk of ${directory} is full`;
  }
  return undefined;
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
