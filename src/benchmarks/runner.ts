import type { Policy } from '../policy/policy.ts';
import { isCancelled, throwIfCancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { type ArmName, arms } from './arms.ts';
import type { Benchmark } from './benchmark.ts';
import { sessionsFail } from './errors.ts';
import { donationsFor } from './placebo.ts';
import { firstTurnsToDo, sessionsToDo, type Todo, type Wanted } from './plan.ts';
import { type Progress, ProgressMeter } from './progress.ts';
import { placeKey, type ResultLine, type RunHeader } from './results.ts';
import { runFirstTurn, runSession, type SessionSettings } from './session.ts';
import type { ResultStore } from './store.ts';
import { RememberingCritic, Unit } from './unit.ts';

export interface RunParts {
  readonly benchmark: Benchmark;
  /** One copy of the model for each session at a time. */
  readonly policies: readonly Policy[];
  readonly store: ResultStore;
  readonly settings: SessionSettings;
  readonly onProgress?: (progress: Progress) => void;
}

/** So many failures in a row have one cause that does not go away. */
const mostFailuresInARow = 8;
/** Tasks whose first turn is generated again in every arm with weights, to be sure that it is the same. */
const verifiedUnits = 2;

/**
 * Does what is missing of a run: all first turns, then the sessions that go on after a failed one. Everything that ends is in
 * the store at once, so that whatever happens only what was under way is done again. A session that fails is noted and the
 * others go on.
 * @throws RetuneError `cancelled` when the signal fires, `replay.sessions-fail`, `replay.first-turn-differs`
 */
export async function run(wanted: Wanted, parts: RunParts, signal: AbortSignal): Promise<void> {
  await runFirstTurns(wanted, parts, signal);
  await runSessions(wanted, parts, signal);
}

async function runFirstTurns(wanted: Wanted, parts: RunParts, signal: AbortSignal): Promise<void> {
  const todo = firstTurnsToDo(wanted, parts.store.results);
  const stage = new Stage('first-turns', todo.length, parts);
  await inParallel(todo, parts.policies, signal, ({ task, seed }, policy, signal) => {
    const unit = new Unit(parts.benchmark, task, seed);
    return stage.record(
      { task: task.id, seed },
      () => runFirstTurn(unit, { ...parts, ...answers(parts), policy }, signal),
      signal,
    );
  });
}

async function runSessions(wanted: Wanted, parts: RunParts, signal: AbortSignal): Promise<void> {
  const { benchmark, store, settings } = parts;
  const { firsts } = store.results;
  const todo = sessionsToDo(wanted, store.results);
  const order = wanted.tasks.map(({ id }) => id);
  const stage = new Stage(
    'sessions',
    todo.reduce((sum, { arms }) => sum + arms.length, 0),
    parts,
  );
  await inParallel(todo, parts.policies, signal, async (item, policy, signal) => {
    const unit = new Unit(benchmark, item.task, item.seed);
    const first = firsts.get(placeKey({ task: item.task.id, seed: item.seed }))!;
    const sessionParts = {
      policy,
      critic: new RememberingCritic(policy),
      settings,
      ...answers(parts),
      donations: () => donationsFor(first, order, firsts.values()),
      verifyFirst: todo.indexOf(item) < verifiedUnits,
    };
    for (const arm of item.arms) {
      const place = { arm, task: item.task.id, seed: item.seed };
      await stage.record(place, () => runSession(unit, arms[arm], first, sessionParts, signal), signal);
    }
  });
}

function answers({ benchmark: { maxAnswerTokens } }: RunParts): { readonly maxAnswerTokens?: number } {
  return maxAnswerTokens === undefined ? {} : { maxAnswerTokens };
}

type EndedLine = Exclude<ResultLine, RunHeader>;

/** Records what ends and what fails, and tells how far it is. */
class Stage {
  readonly #parts: RunParts;
  readonly #meter: ProgressMeter;
  #failuresInARow = 0;

  constructor(name: Progress['stage'], total: number, parts: RunParts) {
    this.#parts = parts;
    this.#meter = new ProgressMeter(name, total);
    if (total > 0) parts.onProgress?.(this.#meter.progress());
  }

  async record(
    place: { readonly arm?: ArmName; readonly task: string; readonly seed: number },
    work: () => Promise<EndedLine>,
    signal: AbortSignal,
  ): Promise<void> {
    const line = await work().catch((error: unknown): EndedLine => {
      // An error of the run itself says that the results would be wrong, which is no failure of one session.
      const own = error instanceof RetuneError && error.code.startsWith('replay.');
      if (signal.aborted || isCancelled(error) || own) throw error;
      const message = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      return { kind: 'failed', ...place, code: error instanceof RetuneError ? error.code : 'internal', message };
    });
    const isFailure = line.kind === 'failed';
    await this.#parts.store.append(line);
    this.#parts.onProgress?.(this.#meter.ended(isFailure));
    this.#failuresInARow = isFailure ? this.#failuresInARow + 1 : 0;
    if (isFailure && this.#failuresInARow >= mostFailuresInARow) throw sessionsFail(this.#failuresInARow, line.message);
  }
}

/**
 * Each policy takes the next item when it is done with one. The first error stops the others and is thrown when they have
 * ended.
 */
async function inParallel(
  items: readonly Todo[],
  policies: readonly Policy[],
  signal: AbortSignal,
  work: (item: Todo, policy: Policy, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const worker = async (policy: Policy): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      throwIfCancelled(both, 'The run');
      await work(item, policy, both);
    }
  };
  const ended = await Promise.allSettled(
    policies.map((policy) =>
      worker(policy).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  const errors = ended.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // The one that failed by itself says why; the others only say that they were stopped.
  if (errors.length > 0) throw errors.find((error) => !isCancelled(error)) ?? errors[0];
}
