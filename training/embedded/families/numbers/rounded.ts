import { rounding } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer } from '../../../../src/shared/random.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';

/** Quotients as whole numbers, without a word about rounding. */
export const roundedNumber = family<readonly [number, number]>('embedded', 'number-rounded', {
  names: ['wholePart', 'inWhole', 'roughly', 'roundOff', 'asWhole', 'units'],
  args: [['amount'], ['value'], ['total'], ['n'], ['size']],
  params: (r) => [integer(r, 0, 7), integer(r, 3, 9)],
  make: ({ a: [a], p: [index, k], r }) => {
    const [what, value] = cycled<readonly [string, string]>(
      [
        [`the number divided by ${k}`, `${a} / ${k}`],
        ['minutes in hours', `${a} / 60`],
        [`${k} percent of the number`, `(${a} * ${k}) / 100`],
        ['cents in full units of 100', `${a} / 100`],
        ['days in weeks', `${a} / 7`],
        ['a third of the number', `${a} / 3`],
        [`the number in dozens, plus ${k}`, `${a} / 12 + ${k}`],
        ['the square root of the number', `Math.sqrt(${a})`],
      ],
      index,
    );
    return {
      asks: capitals([
        `Return ${what}, as a whole number.`,
        `${what}, in whole numbers.`,
        `Work out ${what}; no fractions.`,
        `How much is ${what}, as a whole number?`,
      ]),
      axis: rounding,
      readings: Object.fromEntries(
        [
          ['nearest', 'round'],
          ['down', 'floor'],
          ['up', 'ceil'],
        ].map(([id, f]) => [id!, `return Math.${f}(${value});`]),
      ),
      inputs: [0, 1, 5, 7, 20, 50, 90, 100, 149, 151, ...numbers(r, 4, 2, 999)].map((n) => [n]),
    };
  },
});
