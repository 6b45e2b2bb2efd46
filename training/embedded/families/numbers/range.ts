import { ends } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';
import { drawParts, type NumberParts } from '../shared/number-parts.ts';
import { withObject } from '../shared/parts-text.ts';

/** Numbers from one to another, without a word about the ends. */
export const numberRange = family<readonly [NumberParts, number]>('embedded', 'number-range', {
  names: ['rangeOf', 'span', 'inRange', 'overRange', 'stretch', 'fromTo'],
  args: [
    ['from', 'to'],
    ['start', 'end'],
    ['low', 'high'],
    ['first', 'last'],
  ],
  params: drawParts,
  make: ({ a: [a, b], p: [{ what, test, done, verb, expr }, index] }) => {
    const [asks, start, inner] = cycled<readonly [string, string, string]>(
      [
        [
          `List the numbers from the first to the second.|Numbers from ${a} to ${b}.|Count from ${a} to ${b}, as a list.|All numbers between ${a} and ${b}.`,
          '[]',
          'result.push(n);',
        ],
        [
          `List the ${what} between the two.|Which ${what} lie between ${a} and ${b}?|The ${what} within ${a} and ${b}, as a list.|Collect the ${what} between ${a} and ${b}.`,
          '[]',
          `if (${test}) result.push(n);`,
        ],
        [
          `Count the ${what} between the two.|How many ${what} lie between ${a} and ${b}?|Number of ${what} within ${a} and ${b}.|How many ${what} are between the two?`,
          '0',
          `if (${test}) result++;`,
        ],
        [
          `Add up the numbers between the two.|Sum of what lies between ${a} and ${b}.|Total of the numbers between ${a} and ${b}.|What do the numbers between the two add up to?`,
          '0',
          'result += n;',
        ],
        [
          `Numbers between the two, each ${done}.|List what lies between ${a} and ${b}, ${done}.|${withObject(verb, 'each number')} between ${a} and ${b}.|Go from ${a} to ${b} and ${withObject(verb, 'each')}.`,
          '[]',
          `result.push(${expr});`,
        ],
        [
          `Sum of the ${what} between the two.|Add the ${what} that lie between ${a} and ${b}.|Total of the ${what} within ${a} and ${b}.|Add up all ${what} between the two.`,
          '0',
          `if (${test}) result += n;`,
        ],
      ],
      index,
    );
    const body = (from: string, sign: string) =>
      `${start === '0' ? 'let' : 'const'} result = ${start};\nfor (let i = ${from}; i ${sign} ${b}; i++) {\n  ${inner.replace(/\bn\b/g, 'i')}\n}\nreturn result;`;
    return {
      asks: capitals(asks.split('|')),
      axis: ends,
      readings: { both: body(a!, '<='), start: body(a!, '<'), none: body(`${a} + 1`, '<') },
      inputs: [
        [1, 4],
        [0, 9],
        [3, 3],
        [-4, 4],
        [5, 10],
        [9, 18],
        [6, 27],
        [7, 2],
        [-9, -3],
        [2, 16],
        [1, 36],
      ],
    };
  },
});
