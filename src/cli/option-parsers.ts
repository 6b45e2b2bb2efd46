import { type Command, InvalidArgumentError, Option } from 'commander';

/** A whole number in [least, most]; anything else is a usage error. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[+-]?\d+$/.test(text.trim()) || value < least || value > most) {
      const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
      throw new InvalidArgumentError(`It must be a whole number ${range}.`);
    }
    return value;
  };
}

/** A finite number ≥ least, or > least when `open`. */
export function decimal(least: number, open = false): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < least || (open && value === least)) {
      throw new InvalidArgumentError(`It must be a number ${open ? 'greater than' : 'of at least'} ${least}.`);
    }
    return value;
  };
}

export const MAX_SEED = 2 ** 32 - 1;

function dtypeOption(): Option {
  return new Option('--dtype <dtype>', 'number format of the weights (default: int8)').choices([
    'fp32',
    'int8',
    'int4',
  ]);
}

export function providerOption(): Option {
  return new Option('--provider <provider>', 'what computes (default: auto)').choices([
    'auto',
    'cpu',
    'webgpu',
    'cuda',
    'dml',
    'coreml',
  ]);
}

export function modelOption(): Option {
  return new Option('--model <dir>', 'checkpoint directory in Hugging Face layout').makeOptionMandatory();
}

/** One of a few numbers, as `choices` is for words. */
function numberAmong(choices: readonly number[]): (text: string) => number {
  return (text) => {
    const found = choices.find((choice) => String(choice) === text.trim());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return found;
  };
}

/** More threads than any machine has cores would only be a slip of the keyboard, and each takes memory. */
const MAX_THREADS = 1024;

/** How a model is opened: the same options for every command that opens one (`OpenModelOptions`). */
export function addOpeningOptions(command: Command): Command {
  const options = [
    dtypeOption(),
    new Option('--block <n>', 'values that share a scale; 64 and 128 only with int4 (default: 32)').argParser(
      numberAmong([32, 64, 128]),
    ),
    providerOption(),
    new Option('--threads <n>', 'threads that compute (default: physical cores less one)').argParser(
      integer(1, MAX_THREADS),
    ),
    new Option('--context <n>', 'tokens of prompt and answer (default: the model’s own, at most 32768)').argParser(
      integer(2),
    ),
    new Option('--layer-checkpointing', 'updates in less memory and more time (default: when memory is short)'),
    new Option('--ignore-memory', 'open the model although it does not seem to fit'),
  ];
  for (const option of options) command.addOption(option.helpGroup('Opening the model:'));
  return command;
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON value to standard output, everything else to standard error');
}
