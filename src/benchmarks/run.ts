import type { Policy } from '../policy/policy.ts';
import { isCancelled, throwIfCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { messageOf } from '../shared/errors/thrown.ts';
import { type ArmName, arms } from './arms.ts';
import { type Lane, openLanes } from './batching.ts';
import type { Benchmark } from './benchmark.ts';
import { CachingCritic } from './caching.ts';
import { taskRunsFail } from './errors.ts';
import { donationsFor } from './placebo.ts';
import { type Grid, missingFirstTurns, missingTaskRuns, type PlannedTrial } from './plan.ts';
import { type Progress, ProgressMeter } from './progress.ts';
import { placeKey, type ResultEntry } from './results.ts';
import type { ResultStore } from './store.ts';
import { type RunSettings, runFirstTurn, runTask } from './task-run.ts';
import { Trial } from './trial.ts';

export interface RunParts {
  readonly benchmark: Benchmark;
  /** One copy of the model for each task run at a time. */
  readonly policies: readonly Policy[];
  readonly store: ResultStore;
  readonly settings: RunSettings;
  /** Number of trials that share a policy and generate together. Default 1. */
  readonly batch?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** A run stops after this number of consecutive failures, whose common cause will not go away. */
const maxConsecutiveFailures = 8;
/** Number of trials whose first turn is generated again in every arm with weights, to verify that it is the same. */
const verifiedTrials = 2;

/**
 * Does what is missing of a benchmark run: all first turns, then the task runs that continue after a failed one. Whatever ends
 * is stored at once, so that after an interruption only what was in progress is repeated. A task run that fails is stored
 * and the others continue.
 * @throws RetuneError `cancelled` when the signal fires, `replay.sessions-fail`, `replay.first-turn-differs`
 */
export async function runMissing(grid: Grid, parts: RunParts, signal: AbortSignal): Promise<void> {
  await runFirstTurns(grid, parts, signal);
  await runTasks(grid, parts, signal);
}

async function runFirstTurns(grid: Grid, parts: RunParts, signal: AbortSignal): Promise<void> {
  const todo = missingFirstTurns(grid, parts.store.results);
  const stage = new Stage('first-turns', todo.length, parts);
  await inParallel(todo, parts, signal, ({ task, seed }, policy, signal) => {
    const trial = new Trial(parts.benchmark, task, seed);
    return stage.store(
      { task: task.id, seed },
      () => runFirstTurn(trial, { ...parts, ...answers(parts), policy }, signal),
      signal,
    );
  });
}

async function runTasks(grid: Grid, parts: RunParts, signal: AbortSignal): Promise<void> {
  const { benchmark, store, settings } = parts;
  const { firsts } = store.results;
  const todo = missingTaskRuns(grid, store.results);
  const order = grid.tasks.map(({ id }) => id);
  const stage = new Stage(
    'task-runs',
    todo.reduce((sum, { arms }) => sum + arms.length, 0),
    parts,
  );
  await inParallel(todo, parts, signal, async (item, policy, signal) => {
    const trial = new Trial(benchmark, item.task, item.seed);
    const first = firsts.get(placeKey({ task: item.task.id, seed: item.seed }))!;
    const taskRunParts = {
      policy,
      critic: new CachingCritic(policy),
      settings,
      ...answers(parts),
      donations: () => donationsFor(first, order, firsts.values()),
      // Together, a probability may differ in its last digits, and so, very rarely, a token.
      verifyFirst: parts.batch === undefined && todo.indexOf(item) < verifiedTrials,
    };
    for (const arm of item.arms) {
      const place = { arm, task: item.task.id, seed: item.seed };
      await stage.store(place, () => runTask(trial, arms[arm], first, taskRunParts, signal), signal);
    }
  });
}

function answers({ benchmark: { maxAnswerTokens } }: RunParts): { readonly maxAnswerTokens?: number } {
  return { ...(maxAnswerTokens !== undefined && { maxAnswerTokens }) };
}

/** Stores what ends and what fails, and reports progress. */
class Stage {
  readonly #parts: RunParts;
  readonly #meter: ProgressMeter;
  #failuresInARow = 0;

  constructor(name: Progress['stage'], total: number, parts: RunParts) {
    this.#parts = parts;
    this.#meter = new ProgressMeter(name, total);
    if (total > 0) parts.onProgress?.(this.#meter.progress());
  }

  async store(
    place: { readonly arm?: ArmName; readonly task: string; readonly seed: number },
    work: () => Promise<ResultEntry>,
    signal: AbortSignal,
  ): Promise<void> {
    const line = await work().catch((error: unknown): ResultEntry => {
      // An error of the run itself says that the results would be wrong, which is not the failure of one task run.
      const own = error instanceof RetuneError && error.code.startsWith('replay.');
      if (signal.aborted || isCancelled(error) || own) throw error;
      const message = messageOf(error).slice(0, 500);
      return { kind: 'failed', ...place, code: error instanceof RetuneError ? error.code : 'internal', message };
    });
    const isFailure = line.kind === 'failed';
    await this.#parts.store.append(line);
    this.#parts.onProgress?.(this.#meter.ended(isFailure));
    this.#failuresInARow = isFailure ? this.#failuresInARow + 1 : 0;
    if (isFailure && this.#failuresInARow >= maxConsecutiveFailures)
      throw taskRunsFail(this.#failuresInARow, line.message);
  }
}

/**
 * Each policy, or each lane of one, takes the next item when it has finished one. The first error stops the others and is
 * thrown when they have ended.
 */
async function inParallel(
  items: readonly PlannedTrial[],
  { policies, batch = 1 }: Pick<RunParts, 'policies' | 'batch'>,
  signal: AbortSignal,
  work: (item: PlannedTrial, policy: Policy, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const workThrough = async ({ policy, end }: Lane): Promise<void> => {
    try {
      for (let item = items[next++]; item !== undefined; item = items[next++]) {
        throwIfCancelled(both, 'The run');
        await work(item, policy, both);
      }
    } finally {
      end();
    }
  };
  const ended = await Promise.allSettled(
    policies
      .flatMap((policy) => openLanes(policy, batch))
      .map((lane) =>
        workThrough(lane).catch((error: unknown) => {
          failed.abort();
          throw error;
        }),
      ),
  );
  const errors = ended.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // The error that is not a cancellation says why; the others were only stopped by it.
  if (errors.length > 0) throw errors.find((error) => !isCancelled(error)) ?? errors[0];
}
