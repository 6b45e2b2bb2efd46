import { listNames } from '../../../../src/benchmarks/smallfix/pools.ts';

/** Names for one list of numbers. */
export const listArgs = [...listNames, ['scores'], ['amounts']];

/** Names for two lists or two numbers. */
export const twoArgs = ['first second', 'left right', 'a b', 'one other', 'before after'].map((names) =>
  names.split(' '),
);
