import { direction } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { listArgs } from '../shared/arguments.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';
import { numberLists } from '../shared/number-lists.ts';
import { drawParts, type NumberParts } from '../shared/number-parts.ts';
import { withNumberName, withObject } from '../shared/parts-text.ts';

/** Sorting, without a word about the direction. */
export const rankedList = family<readonly [NumberParts, number]>('embedded', 'line-ranked', {
  names: ['ranked', 'inOrder', 'arrange', 'ordered', 'lineUp', 'sorted'],
  args: listArgs,
  params: drawParts,
  make: ({ a: [a], p: [{ what, test, verb, done, expr, v, k }, index], r }) => {
    const each = withObject(verb, 'each number');
    const [asks, list, end] = cycled<readonly [string, string, string]>(
      [
        ['Sort the numbers.|Put the numbers in order.|Return them by size.|Arrange the list by size.', `[...${a}]`, ''],
        [
          `Sort the ${what}.|Return the ${what} in order.|Put the ${what} in order, without the others.|List the ${what} by size.`,
          `${a}.filter((n) => ${test})`,
          '',
        ],
        [
          `${each} and sort.|Sort the numbers, each ${done}.|${each}, then order the results.|Return the numbers ${done}, by size.`,
          `${a}.map((n) => ${expr})`,
          '',
        ],
        [
          'Sort and remove repeats.|The different numbers in order.|Each number once, by size.|Order the list without duplicates.',
          `[...new Set(${a})]`,
          '',
        ],
        [
          'Sort and join with spaces.|The numbers in order as a text, spaces between.|One line of the numbers by size, with spaces.|Put them in order, in one text with spaces.',
          `[...${a}]`,
          ".join(' ')",
        ],
        [
          'Sort and return the first two.|The first two in order of size.|Put in order, keep two.|Order them by size and return the first two.',
          `[...${a}]`,
          '.slice(0, 2)',
        ],
      ],
      index,
    );
    const body = (order: string) => withNumberName(v, `return ${list}.sort((a, b) => ${order})${end};`);
    return {
      asks: capitals(asks.split('|')),
      axis: direction,
      readings: { up: body('a - b'), down: body('b - a') },
      bugs: [withNumberName(v, `return ${list}.sort()${end};`), withNumberName(v, `return ${list}${end};`)],
      inputs: numberLists(r, k),
    };
  },
});
