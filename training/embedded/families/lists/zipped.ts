import { absent } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { differentNumbers, numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer } from '../../../../src/shared/random.ts';
import { twoArgs } from '../shared/arguments.ts';
import { cycled } from '../shared/cycled.ts';

/** Two lists side by side, without a word about missing partners. */
export const zippedLists = family<readonly [number]>('embedded', 'line-zip', {
  names: ['combine', 'sideBySide', 'mergeLists', 'alongside', 'together', 'zipWith'],
  args: twoArgs,
  params: (r) => [integer(r, 0, 3)],
  make: ({ a: [a, b], p: [index], r }) => {
    const [what, value] = cycled<readonly [string, (x: string, y: string) => string]>(
      [
        ['Pair the numbers of the first list with those of the second', (x, y) => `[${x}, ${y}]`],
        ['For each of the first list return its partner in the second', (_, y) => y],
        ['Make pairs of the second list and the first, for each of the first', (x, y) => `[${y}, ${x}]`],
        ['Pair twice each number of the first list with the second', (x, y) => `[${x} * 2, ${y}]`],
      ],
      index,
    );
    return {
      asks: [
        `${what}.`,
        `${what}; the second may be shorter.`,
        `The lists may differ in length. ${what}.`,
        `${what}, place by place.`,
      ],
      axis: absent,
      readings: {
        null: `return ${a}.map((n, i) => ${value('n', `${b}[i] ?? null`)});`,
        skip: `return ${a}.slice(0, ${b}.length).map((n, i) => ${value('n', `${b}[i]`)});`,
        zero: `return ${a}.map((n, i) => ${value('n', `${b}[i] ?? 0`)});`,
      },
      inputs: [
        [[], []],
        [[1, 2], []],
        [[3, 0, 5], [4]],
        ...[1, 2, 3, 4, 2, 3].map((n) => [differentNumbers(r, 3, 1, 20), numbers(r, n, 0, 9)]),
      ],
    };
  },
});
