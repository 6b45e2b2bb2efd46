import { Option } from 'commander';
import { type Method, methods } from '../../../agent/events.ts';
import { integer } from '../../option-parsers.ts';
import type { OpeningOptions } from '../../policy-settings.ts';
import {
  optionalModelOption,
  seedOption,
  temperatureOption,
  testCommandOption,
  timeoutOption,
} from '../../shared-options.ts';

/** What `retune fix` was asked for, as commander read it. */
export interface FixCommandOptions extends OpeningOptions {
  readonly model?: string;
  readonly target?: readonly string[];
  readonly test?: string;
  readonly timeout: number;
  readonly method: Method;
  readonly maxTurns: number;
  readonly switchTurn?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly auto?: boolean;
  readonly allowTestChanges?: boolean;
  readonly learn: boolean;
  readonly recorded?: string;
  /** The earlier name of `recorded`. */
  readonly replay?: string;
  readonly resume?: string;
}

/** In addition to those that say how the model is opened. */
export function fixOptions(): readonly Option[] {
  return [
    targetOption(),
    testCommandOption(),
    timeoutOption(),
    methodOption(),
    new Option('--max-turns <n>', 'maximum number of attempts').argParser(integer(1, 100)).default(5),
    new Option(
      '--switch-turn <n>',
      'turn from which `switch` adapts words and weights (default: half of --max-turns)',
    ).argParser(integer(1)),
    optionalModelOption(),
    temperatureOption('0.7'),
    seedOption(),
    new Option('--yes', 'keep a change that passes without asking'),
    new Option('--auto', 'never ask for comments'),
    new Option('--allow-test-changes', 'allow the target to be a test file'),
    new Option('--no-learn', 'neither use nor train the adapter of this workspace'),
    ...pastSessionOptions(),
    new Option('--json', 'print every event except single tokens as a line of JSON, and ask nothing'),
  ];
}

function targetOption(): Option {
  return new Option(
    '--target <path>',
    'what may be changed: PATH, PATH:LINE or PATH:SYMBOL; may be repeated (default: found from the failing tests)',
    // Not commander's variadic option, which would swallow FOLDER and the request.
  ).argParser((value: string, before: readonly string[] = []) => [...before, value]);
}

function methodOption(): Option {
  return new Option(
    '--method <method>',
    'what adapts after a failed attempt: baseline nothing, textgrad the words, rosa the weights, rosa2 both, ' +
      'switch the words and later both',
  )
    .choices(methods)
    .default('rosa2');
}

function pastSessionOptions(): readonly Option[] {
  return [
    new Option('--recorded <record.jsonl>', 'take the attempts from a session’s record').conflicts('resume'),
    new Option('--replay <record.jsonl>').conflicts(['resume', 'recorded']).hideHelp(),
    new Option(
      '--resume <session>',
      'resume an interrupted session with its request, target, test command, method, number of turns and seed',
    ).conflicts('recorded'),
  ];
}
