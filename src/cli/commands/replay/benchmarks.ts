import type { Benchmark } from '../../../benchmarks/benchmark.ts';
import { smallFixBenchmark } from '../../../benchmarks/smallfix/benchmark.ts';
import type { ReplayCommandOptions } from './options.ts';

/** Every benchmark that can be named on the command line. */
export const benchmarks = {
  smallfix: ({ evidence, comments }: ReplayCommandOptions): Benchmark => smallFixBenchmark({ evidence, comments }),
};
export type BenchmarkName = keyof typeof benchmarks;
