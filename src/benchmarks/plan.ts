import { createHash } from 'node:crypto';
import { type ArmName, arms } from './arms.ts';
import type { BenchmarkTask } from './benchmark.ts';
import { placeKey, type Results } from './results.ts';

/** A task and a seed, with the arms that are still to be run. */
export interface PlannedTrial {
  readonly task: BenchmarkTask;
  readonly seed: number;
  readonly arms: readonly ArmName[];
}

/** What a benchmark run covers: every combination of these. */
export interface Grid {
  readonly tasks: readonly BenchmarkTask[];
  readonly seeds: readonly number[];
  readonly arms: readonly ArmName[];
}

/** Trials whose first turn is not known yet; seed by seed, so that a run that is stopped has complete seeds. */
export function missingFirstTurns({ tasks, seeds }: Grid, { firsts }: Results): readonly PlannedTrial[] {
  return seeds.flatMap((seed) =>
    tasks.filter((task) => !firsts.has(placeKey({ task: task.id, seed }))).map((task) => ({ task, seed, arms: [] })),
  );
}

/** Task runs that continue after a failed first turn and are not finished; those that failed before are tried again. */
export function missingTaskRuns(
  { tasks, seeds, arms: wanted }: Grid,
  { firsts, taskRuns }: Results,
): readonly PlannedTrial[] {
  return seeds.flatMap((seed) =>
    tasks.flatMap((task) => {
      const key = placeKey({ task: task.id, seed });
      const first = firsts.get(key);
      if (first === undefined || first.turn.reward === 1) return [];
      const missing = wanted.filter((name) => !taskRuns.has(`${arms[name].name} ${key}`));
      return missing.length === 0 ? [] : [{ task, seed, arms: missing }];
    }),
  );
}

/** Digest of the tasks' whole content and order, because placebos come from the tasks that follow; 16 hexadecimal digits. */
export function tasksDigest(tasks: readonly BenchmarkTask[]): string {
  return createHash('sha256').update(JSON.stringify(tasks)).digest('hex').slice(0, 16);
}
