import { empty } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { listArgs } from '../shared/arguments.ts';
import { capitals } from '../shared/capitals.ts';
import { cycled } from '../shared/cycled.ts';
import { numberLists } from '../shared/number-lists.ts';
import { drawParts, type NumberParts } from '../shared/number-parts.ts';
import { withNumberName, withObject } from '../shared/parts-text.ts';

/** One number from a list that is not empty. */
const summaries: readonly (readonly [asks: string, body: string])[] = [
  ['the largest', 'Math.max(...LIST)'],
  ['the smallest', 'Math.min(...LIST)'],
  ['the average', 'LIST.reduce((sum, n) => sum + n, 0) / A.length'],
  ['the range from smallest to largest', 'Math.max(...LIST) - Math.min(...LIST)'],
  ['the last', 'LIST.at(-1)'],
  ['the second smallest or only', 'LIST.sort((x, y) => x - y).at(A.length > 1 ? 1 : 0)'],
  ['the median (the upper one of two)', 'LIST.sort((x, y) => x - y)[Math.floor(A.length / 2)]'],
  ['the sum of smallest and largest', 'Math.min(...LIST) + Math.max(...LIST)'],
];

/** One number from a list, where an empty list has none. */
export const listSummary = family<readonly [NumberParts, number]>('embedded', 'line-summary', {
  names: ['summary', 'figure', 'keyValue', 'outcome', 'measure', 'digest'],
  args: listArgs,
  params: drawParts,
  make: ({ a: [a], p: [{ verb, done, expr, v, k }, index], r }) => {
    const [what, value] = cycled(summaries, index);
    const plain = index % 3 === 0;
    const list = plain ? `[...${a}]` : `${a}.map((n) => ${expr})`;
    const code = value
      .replaceAll('...LIST', plain ? `...${a}` : `...${list}`)
      .replaceAll('LIST', plain && !value.includes('sort') ? a! : list)
      .replaceAll('A.', `${a}.`);
    const each = withObject(verb, 'each number');
    const ending = plain ? 'numbers' : `numbers, each ${done}`;
    const body = (none: string) => withNumberName(v, `if (${a}.length === 0) return ${none};\nreturn ${code};`);
    return {
      asks: capitals([
        plain ? `return ${what} of the numbers.` : `${each} and return ${what} of the results.`,
        plain ? `what is ${what} of these numbers?` : `${each}. What is ${what} of that list?`,
        `find ${what} of the ${ending}.`,
        `Give me ${what} of the ${ending}.`,
      ]),
      axis: empty,
      readings: { zero: body('0'), null: body('null'), minus: body('-1') },
      inputs: numberLists(r, k),
    };
  },
});
