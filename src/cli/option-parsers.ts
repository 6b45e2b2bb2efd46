import { InvalidArgumentError } from 'commander';

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

/** One of a few numbers, as `choices` is for words. */
export function numberAmong(choices: readonly number[]): (text: string) => number {
  return (text) => {
    const found = choices.find((choice) => String(choice) === text.trim());
    if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return found;
  };
}
