import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ArmName, armNames, defaultArms } from '../../../benchmarks/arms.ts';
import { addOpeningOptions, decimal, integer, jsonOption } from '../../option-parsers.ts';
import type { RunCommand } from '../../run-command.ts';
import { type BenchmarkName, benchmarks } from './benchmarks.ts';
import type { ReplayCommandOptions } from './options.ts';
import { replayBenchmark } from './run.ts';

export function addReplay(parent: Command, run: RunCommand): void {
  const command = parent
    .command('replay')
    .description('measure on a benchmark how words, weights and both together correct failed attempts')
    .argument('<benchmark>', `what to measure on: ${Object.keys(benchmarks).join(', ')}`, benchmarkName)
    .addOption(
      new Option('--methods <list>', `what to compare, with commas between: ${armNames.join(', ')}`)
        .argParser(methodList)
        .default(defaultArms, 'all but switch-weights'),
    )
    .addOption(new Option('--seeds <n>', 'runs of each task by each method').argParser(integer(1, 1000)).default(3))
    .addOption(new Option('--turns <n>', 'most attempts').argParser(integer(1, 100)).default(5))
    .addOption(new Option('--limit <n>', 'most tasks (default: all)').argParser(integer(1)))
    .addOption(
      new Option('--split <split>', 'tasks that were kept from training, or tasks like those in training')
        .choices(['heldout', 'train'])
        .default('heldout'),
    )
    .addOption(
      new Option(
        '--jobs <n>',
        'copies of the model that work side by side, with one thread each unless --threads is given',
      )
        .argParser(integer(1, 64))
        .default(1),
    )
    .addOption(new Option('--model <dir>', 'checkpoint directory (default: RETUNE_MODEL, else the embedded model)'))
    .addOption(
      new Option('--solver <solver>', 'how an update is computed (default: one-step)').choices([
        'one-step',
        'gauss-newton',
      ]),
    )
    .addOption(new Option('--beta <b>', 'reward temperature of updates (default: 1)').argParser(decimal(0, true)))
    .addOption(
      new Option('--kl-cap <nat>', 'largest KL of an update, per token (default: 0.02)').argParser(decimal(0, true)),
    )
    .addOption(
      new Option('--weight-cap <share>', 'largest change of a matrix by the adapter (default: 0.01)').argParser(
        decimal(0, true),
      ),
    )
    .addOption(new Option('--centering <on|off>', 'subtract the expectation (default: on)').choices(['on', 'off']))
    .addOption(new Option('--paper', 'updates as in the paper: Gauss–Newton, β 1, no centring'))
    .addOption(new Option('--temperature <t>', 'of attempts (default: 0.7)').argParser(decimal(0)))
    .addOption(
      new Option('--evidence <level>', 'what is told of a failure: L0 nothing, L1 its class')
        .choices(['L0', 'L1'])
        .default('L0'),
    )
    .addOption(
      new Option('--comments <precision>', 'how precisely the simulated developer comments')
        .choices(['mixed', 'vague', 'hints', 'precise'])
        .default('mixed'),
    )
    .addOption(
      new Option('--out <dir>', 'where the results are kept; a run that was stopped goes on there (default: nowhere)'),
    )
    .addOption(jsonOption());
  addOpeningOptions(command).action((benchmark: BenchmarkName, options: ReplayCommandOptions) =>
    run(options, (output, signal) => replayBenchmark(benchmark, options, output, signal)),
  );
}

function benchmarkName(text: string): BenchmarkName {
  if (Object.hasOwn(benchmarks, text)) return text as BenchmarkName;
  throw new InvalidArgumentError(`Benchmarks are ${Object.keys(benchmarks).join(', ')}.`);
}

function methodList(text: string): readonly ArmName[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !armNames.some((arm) => arm === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`${unknown.join(', ')}: allowed are ${armNames.join(', ')}.`);
  }
  return names as ArmName[];
}
