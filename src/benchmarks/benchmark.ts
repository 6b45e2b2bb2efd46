import type { Environment } from '../agent/environment.ts';
import type { Verdict } from '../agent/verdict.ts';
import type { Random } from '../shared/random.ts';

/** One task of a benchmark, as far as a run has to know it. Plain JSON, with everything that affects results. */
export interface BenchmarkTask {
  /** Unique within the benchmark and the same in every run. */
  readonly id: string;
  /** Tasks of one kind: an adaptation on one of them is no placebo for another. */
  readonly group: string;
  /** Tests and canonical solution. They are compared with what the model is told, and never shown. */
  readonly hidden: readonly string[];
}

export interface TaskOptions {
  readonly split: 'heldout' | 'train';
  /** Maximum number of tasks; a smaller number selects a prefix of a larger one. Default: all. */
  readonly limit?: number;
}

/**
 * A set of tasks with the environments that judge attempts at them. Its tasks and environments know nothing about arms, seeds
 * or files; these belong to a run.
 */
export interface Benchmark<T extends BenchmarkTask = BenchmarkTask> {
  readonly name: string;
  /** Changes with every change of tasks, judging or comments: results of two versions are never mixed. */
  readonly version: string;
  /** Maximum number of tokens of an answer. Default: derived from the size of the target. */
  readonly maxAnswerTokens?: number;
  tasks(options: TaskOptions): readonly T[];
  /** What judges attempts at this task; one is made for each trial. */
  environment(task: T): Environment;
  /** What the developer says about the failed attempt of a turn; '' = nothing. The same for the same random numbers. */
  comment(task: T, turn: number, verdict: Verdict, random: Random): string;
  /** Ends processes and removes files. */
  dispose(): Promise<void>;
}
