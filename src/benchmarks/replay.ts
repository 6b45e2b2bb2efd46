import { switchTurnFor } from '../agent/method.ts';
import { promptVersion } from '../agent/prompts/version.ts';
import { cannot } from '../policy/errors.ts';
import type { UpdateOptions } from '../policy/update.ts';
import { type ArmName, adaptsWeights, armNames, arms } from './arms.ts';
import type { Benchmark, TaskOptions } from './benchmark.ts';
import { needsWeights, noTasks } from './errors.ts';
import { metricsOf } from './metrics.ts';
import type { RunMetrics } from './metrics-types.ts';
import { tasksDigest } from './plan.ts';
import type { RunHeader } from './results.ts';
import { type RunParts, runMissing } from './run.ts';
import { ResultStore } from './store.ts';

export interface ReplayOptions {
  readonly arms: readonly ArmName[];
  /** 1 … seeds. */
  readonly seeds: number;
  readonly maxTurns: number;
  readonly tasks: TaskOptions;
  /** How updates are computed. Default: the engine's defaults. */
  readonly update?: Pick<UpdateOptions, 'solver' | 'beta' | 'centering' | 'paper' | 'klCap' | 'weightCap'>;
  /** Default 0.7. */
  readonly temperature?: number;
  /** Settings of the benchmark that change results, stored with the results. */
  readonly variant?: Readonly<Record<string, string>>;
  readonly model: RunHeader['model'];
  /** Directory of the results; created if it does not exist. */
  readonly directory: string;
}

/**
 * Runs what is missing of methods × tasks × seeds, and computes the metrics.
 * @throws RetuneError of the area `replay`, and `cancelled`: what had finished is kept, and the same call resumes the run
 */
export async function replay(
  benchmark: Benchmark,
  options: ReplayOptions,
  host: Pick<RunParts, 'policies' | 'batch' | 'onProgress'>,
  signal: AbortSignal,
): Promise<RunMetrics> {
  const tasks = benchmark.tasks(options.tasks);
  if (tasks.length === 0) throw noTasks(benchmark.name, options.tasks.split);
  requireCapable(options, host);
  const header: RunHeader = {
    kind: 'run',
    format: 1,
    benchmark: benchmark.name,
    benchmarkVersion: benchmark.version,
    split: options.tasks.split,
    tasks: tasks.length,
    tasksDigest: tasksDigest(tasks),
    variant: { ...options.variant },
    promptVersion,
    model: options.model,
    settings: {
      maxTurns: options.maxTurns,
      switchTurn: switchTurnFor(options.maxTurns),
      temperature: options.temperature ?? 0.7,
      topP: 0.95,
      update: { ...options.update },
    },
  };
  const seeds = Array.from({ length: options.seeds }, (_, i) => i + 1);
  const store = await ResultStore.open(options.directory, header);
  try {
    const { settings } = header;
    await runMissing({ tasks, seeds, arms: options.arms }, { ...host, benchmark, store, settings }, signal);
    return metricsOf(header, store.results, options.arms, seeds);
  } finally {
    await store.close();
  }
}

/** @throws RetuneError `replay.needs-weights` when an arm adapts and a policy cannot, `policy.cannot` for batches */
function requireCapable(
  { arms: wanted, maxTurns }: ReplayOptions,
  { policies, batch }: Pick<RunParts, 'policies' | 'batch'>,
): void {
  if (batch !== undefined && !policies.every(({ info }) => info.capabilities.batches)) throw cannot('batches');
  if (policies.every(({ info }) => info.capabilities.adapts)) return;
  const adapting = wanted.filter((name) => adaptsWeights(arms[name], maxTurns));
  if (adapting.length > 0) {
    throw needsWeights(
      adapting,
      armNames.filter((name) => !adaptsWeights(arms[name], maxTurns)),
    );
  }
}
