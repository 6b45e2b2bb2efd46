import { zero } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import { cycled } from '../shared/cycled.ts';

/** Numbers of one sign, without a word about zero. */
export const listSigns = family<readonly [number, boolean]>('embedded', 'list-signs', {
  names: ['gains', 'bySign', 'signs', 'creditSide', 'plusMinus', 'balance'],
  args: listArgs,
  params: (r) => [integer(r, 0, 4), r() < 0.5],
  make: ({ a: [a], p: [index, plus], r }) => {
    const side = plus ? 'on the plus side' : 'on the minus side';
    const [asks, body] = cycled<readonly [string, (test: string) => string]>(
      [
        [
          `How many are ${side}?|Count the numbers ${side}.|Number of those ${side}.|How many of them lie ${side}?`,
          (t) => `return ${a}.filter((n) => ${t}).length;`,
        ],
        [
          `Keep the numbers ${side}.|List those ${side}.|Only the ones ${side}.|Return what lies ${side}.`,
          (t) => `return ${a}.filter((n) => ${t});`,
        ],
        [
          `Are all of them ${side}?|True if every number is ${side}.|Does everything lie ${side}?|Is each one ${side}?`,
          (t) => `return ${a}.every((n) => ${t});`,
        ],
        [
          `Is any of them ${side}?|True if some number is ${side}.|Does one lie ${side}?|Is there one ${side}?`,
          (t) => `return ${a}.some((n) => ${t});`,
        ],
        [
          `Index of the first one ${side}, or -1.|Where is the first ${side}? Index, else -1.|First index ${side}, -1 if none.|At which index does one lie ${side} first? -1 if none.`,
          (t) => `return ${a}.findIndex((n) => ${t});`,
        ],
      ],
      index,
    );
    const op = plus ? '>' : '<';
    return {
      asks: asks.split('|'),
      axis: zero,
      readings: { without: body(`n ${op} 0`), with: body(`n ${op}= 0`) },
      inputs: [
        [[]],
        [[0]],
        [[0, 0, 3]],
        [[-2, 0, 4]],
        [[0, -1]],
        [[1, 0, 2]],
        ...Array.from({ length: 6 }, () => [numbers(r, integer(r, 2, 5), -3, 3)]),
      ],
    };
  },
});
