import { InvalidArgumentError, Option } from 'commander';
import { type ArmName, armNames, defaultArms } from '../../../benchmarks/arms.ts';
import type { Solver } from '../../../policy/update.ts';
import { decimal, integer } from '../../option-parsers.ts';
import type { OpeningOptions } from '../../policy-settings.ts';
import {
  betaOption,
  centeringOption,
  jsonOption,
  optionalModelOption,
  solverOption,
  temperatureOption,
} from '../../shared-options.ts';

/** What `retune replay` was asked for, as commander read it. */
export interface ReplayCommandOptions extends OpeningOptions {
  readonly model?: string;
  readonly methods: readonly ArmName[];
  readonly seeds: number;
  readonly turns: number;
  readonly limit?: number;
  readonly split: 'heldout' | 'train';
  readonly jobs: number;
  readonly batch?: number;
  readonly solver?: Solver;
  readonly beta?: number;
  readonly klCap?: number;
  readonly weightCap?: number;
  readonly centering?: 'on' | 'off';
  readonly paper?: boolean;
  readonly temperature?: number;
  readonly evidence: 'L0' | 'L1';
  readonly comments: 'mixed' | 'vague' | 'hints' | 'precise';
  readonly out?: string;
}

/** In addition to those that say how the model is opened. */
export function replayOptions(): readonly Option[] {
  return [...sizeOptions(), optionalModelOption(), ...updateOptions(), ...variantOptions(), outOption(), jsonOption()];
}

function sizeOptions(): readonly Option[] {
  return [
    new Option('--methods <list>', `methods to compare, separated by commas: ${armNames.join(', ')}`)
      .argParser(methodList)
      .default(defaultArms, 'all but switch-weights'),
    new Option('--seeds <n>', 'number of runs of each task by each method').argParser(integer(1, 1000)).default(3),
    new Option('--turns <n>', 'maximum number of attempts').argParser(integer(1, 100)).default(5),
    new Option('--limit <n>', 'maximum number of tasks (default: all)').argParser(integer(1)),
    new Option('--split <split>', 'heldout: tasks that training has not seen; train: tasks like those of training')
      .choices(['heldout', 'train'])
      .default('heldout'),
    new Option(
      '--jobs <n>',
      'number of copies of the model that work in parallel, with one thread each unless --threads is given',
    )
      .argParser(integer(1, 64))
      .default(1),
    new Option(
      '--batch <n>',
      'number of task runs per copy of the model whose answers are generated together; times are then those of the batch (default: 1)',
    ).argParser(integer(1, 64)),
  ];
}

function updateOptions(): readonly Option[] {
  return [
    solverOption('how an update is computed (default: one-step)'),
    betaOption(),
    new Option('--kl-cap <nat>', 'maximum KL divergence of an update, per token (default: 0.02)').argParser(
      decimal(0, true),
    ),
    new Option('--weight-cap <share>', 'maximum relative change of a weight matrix (default: 0.01)').argParser(
      decimal(0, true),
    ),
    centeringOption(),
    new Option('--paper', 'update as in the paper: Gauss–Newton, β = 1, no centring'),
  ];
}

function variantOptions(): readonly Option[] {
  return [
    temperatureOption('0.7'),
    new Option('--evidence <level>', 'what the model is told about a failure: L0 nothing, L1 its class')
      .choices(['L0', 'L1'])
      .default('L0'),
    new Option('--comments <precision>', 'how precise the comments of the simulated developer are')
      .choices(['mixed', 'vague', 'hints', 'precise'])
      .default('mixed'),
  ];
}

function outOption(): Option {
  return new Option(
    '--out <dir>',
    'where to keep the results; an interrupted run resumes there (default: results are only printed)',
  );
}

function methodList(text: string): readonly ArmName[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const unknown = names.filter((name) => !armNames.some((arm) => arm === name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`${unknown.join(', ')}: allowed are ${armNames.join(', ')}.`);
  }
  return names as ArmName[];
}
