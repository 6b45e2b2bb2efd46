import type { Environment } from '../agent/environment.ts';
import type { Verdict } from '../agent/verdict.ts';
import { hash32, mulberry32 } from '../shared/random.ts';
import type { Benchmark, BenchmarkTask } from './benchmark.ts';
import { cachingVerdicts } from './caching.ts';

/**
 * One task with one seed, which every arm runs: what the arms have in common are the seed of their loops, the developer's
 * comments and the verdicts on equal attempts. Sharing saves time and keeps the arms comparable.
 */
export class Trial {
  readonly task: BenchmarkTask;
  readonly seed: number;
  /** The loop's: sampling and adapters are derived from it, the same in every arm. */
  readonly loopSeed: number;
  readonly environment: Environment;
  readonly #benchmark: Benchmark;

  constructor(benchmark: Benchmark, task: BenchmarkTask, seed: number) {
    this.#benchmark = benchmark;
    this.task = task;
    this.seed = seed;
    this.loopSeed = hash32(JSON.stringify([benchmark.name, task.id, seed]));
    this.environment = cachingVerdicts(benchmark.environment(task));
  }

  /** The developer says the same after a turn in every arm, as far as the verdicts are the same. */
  comment(turn: number, verdict: Verdict): string {
    const random = mulberry32(hash32(JSON.stringify(['comment', this.#benchmark.name, this.task.id, this.seed, turn])));
    return this.#benchmark.comment(this.task, turn, verdict, random);
  }
}
