import { type Command, InvalidArgumentError } from 'commander';
import type { RunCommand } from '../../run-command.ts';
import { addOpeningOptions } from '../../shared-options.ts';
import { type BenchmarkName, benchmarks } from './benchmarks.ts';
import { type ReplayCommandOptions, replayOptions } from './options.ts';
import { replayBenchmark } from './run.ts';

/** `retune replay`: the methods and their controls on a benchmark. */
export function addReplay(parent: Command, run: RunCommand): void {
  const command = parent
    .command('replay')
    .description('measure on a benchmark how well words, weights and both together correct failed attempts')
    .argument('<benchmark>', `name of the benchmark: ${Object.keys(benchmarks).join(', ')}`, benchmarkName);
  for (const option of replayOptions()) command.addOption(option);
  addOpeningOptions(command).action((benchmark: BenchmarkName, options: ReplayCommandOptions) =>
    run(options, (output, signal) => replayBenchmark(benchmark, options, output, signal)),
  );
}

function benchmarkName(text: string): BenchmarkName {
  if (Object.hasOwn(benchmarks, text)) return text as BenchmarkName;
  throw new InvalidArgumentError(`Benchmarks are ${Object.keys(benchmarks).join(', ')}.`);
}
