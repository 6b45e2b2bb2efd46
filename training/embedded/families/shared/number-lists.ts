import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, type Random } from '../../../../src/shared/random.ts';
import type { Inputs } from './inputs.ts';

/** Lists of numbers around k, one of them empty. */
export function numberLists(r: Random, k: number): Inputs {
  return [
    [[]],
    [[k - 1, k, k + 1]],
    [[2 * k, -k, 0, 4]],
    [[10 + k, 7, 8, -3, 25]],
    ...Array.from({ length: 8 }, () => [numbers(r, integer(r, 1, 6), -7, 21)]),
  ];
}
