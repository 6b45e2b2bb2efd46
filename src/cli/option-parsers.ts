import { InvalidArgumentError, Option } from 'commander';

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

export function dtypeOption(): Option {
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

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON value to standard output, everything else to standard error');
}
