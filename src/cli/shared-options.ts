import { type Command, Option } from 'commander';
import { engines } from '../connect/engines.ts';
import { dtypes } from '../policy/dtype.ts';
import { providerChoices } from '../policy/provider.ts';
import { decimal, integer, numberAmong } from './option-parsers.ts';

/** Options that several commands have, each described once. */

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON value to standard output and everything else to standard error');
}

export function modelOption(): Option {
  return new Option(
    '--model <path>',
    'checkpoint directory in Hugging Face layout, GGUF file, or name in `retune model list`',
  ).makeOptionMandatory();
}

/** For commands that have a model without it (`namedModel`). */
export function optionalModelOption(): Option {
  return new Option(
    '--model <path>',
    'checkpoint directory, GGUF file, or name in `retune model list` (default: RETUNE_MODEL, else the best one in that list that adapts here, else the embedded model)',
  );
}

export function engineOption(): Option {
  const usages = engines.map(({ usage }) => usage).join(', ');
  return new Option('--engine <engine>', `what runs the model: ${usages} (default: RETUNE_ENGINE, else local)`);
}

/** @param fallback the default, as the description words it */
export function temperatureOption(fallback: string): Option {
  const description = `sampling temperature; 0 always takes the likeliest token (default: ${fallback})`;
  return new Option('--temperature <t>', description).argParser(decimal(0));
}

export function seedOption(description = 'the same seed gives the same answers (default: random)'): Option {
  return new Option('--seed <n>', description).argParser(integer(0, maxSeed));
}

export function solverOption(description: string): Option {
  return new Option('--solver <solver>', description).choices(['one-step', 'gauss-newton']);
}

export function betaOption(): Option {
  const description = 'reward temperature of updates; a smaller one makes larger steps (default: 1)';
  return new Option('--beta <b>', description).argParser(decimal(0, true));
}

export function centeringOption(): Option {
  return new Option(
    '--centering <on|off>',
    'subtract the expected residual from the token target (default: on)',
  ).choices(['on', 'off']);
}

export function adapterOutOption(): Option {
  const description = 'where to write the adapter: a new or empty directory, or one that holds an earlier adapter';
  return new Option('--out <dir>', description).makeOptionMandatory();
}

export function testCommandOption(): Option {
  return new Option('--test <command>', 'command that runs the tests (default: detected)');
}

/** Test runs that take longer count as hanging. */
export function timeoutOption(): Option {
  return new Option('--timeout <seconds>', 'time limit of a test run').argParser(integer(1, 86_400)).default(600);
}

export function workspaceFolderArgument(): readonly [string, string] {
  return ['[folder]', 'workspace folder (default: the current directory)'];
}

export function providerOption(): Option {
  return new Option('--provider <provider>', 'execution provider to compute with (default: auto)').choices(
    providerChoices,
  );
}

function dtypeOption(): Option {
  return new Option('--dtype <dtype>', 'number format of the weights (default: int8)').choices(dtypes);
}

const maxSeed = 2 ** 32 - 1;
/** More threads than any machine has cores would only be a typing error, and each takes memory. */
const maxThreads = 1024;

/** How a model is opened: the same options for every command that opens one (`OpenModelOptions`). */
export function addOpeningOptions(command: Command): Command {
  const options = [
    engineOption(),
    dtypeOption(),
    new Option(
      '--block <n>',
      'number of weights that share a scale; 64 and 128 only with int4 (default: 32)',
    ).argParser(numberAmong([32, 64, 128])),
    providerOption(),
    new Option('--threads <n>', 'number of compute threads (default: physical cores minus one)').argParser(
      integer(1, maxThreads),
    ),
    new Option(
      '--context <n>',
      'maximum number of tokens of prompt and answer together (default: the model’s own limit, at most 32768)',
    ).argParser(integer(2)),
    new Option(
      '--layer-checkpointing',
      'compute activations twice, so that updates take less memory and more time (default: when memory is short)',
    ),
    new Option('--ignore-memory', 'open the model even if it does not seem to fit'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Opening the model:'));
  return command;
}
