import { limitAxis } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import { cycled } from '../shared/cycled.ts';
import { numberLists } from '../shared/number-lists.ts';
import { withNumberName } from '../shared/parts-text.ts';

/** Words for a limit that do not say whether the limit itself is meant. */
export const listLimit = family<readonly [number, boolean, number, string]>('embedded', 'line-limit', {
  names: ['pastLimit', 'checkLimit', 'byLimit', 'outliers', 'atLimit', 'limited'],
  args: listArgs,
  params: (r) => [integer(r, 4, 12), r() < 0.6, integer(r, 0, 6), pick(r, ['n', 'value', 'x', 'entry'])],
  make: ({ a: [a], p: [k, high, index, v], r }) => {
    const where = high ? pick(r, ['above', 'over', 'beyond']) : pick(r, ['below', 'under']);
    const [asks, body] = cycled<readonly [string, (op: string) => string]>(
      [
        [
          `Count the numbers ${where} ${k}.|How many are ${where} ${k}?|Number of entries ${where} the limit ${k}.|How many of them lie ${where} ${k}?`,
          (op) => `return ${a}.filter((n) => n ${op} ${k}).length;`,
        ],
        [
          `Keep what is ${where} ${k}.|List the numbers ${where} ${k}.|Return those ${where} the limit ${k}.|Which are ${where} ${k}?`,
          (op) => `const result = [];\nfor (const n of ${a}) {\n  if (n ${op} ${k}) result.push(n);\n}\nreturn result;`,
        ],
        [
          `Sum of what is ${where} ${k}.|Add up the numbers ${where} ${k}.|Total of those ${where} ${k}.|What do the ones ${where} ${k} add up to?`,
          (op) => `return ${a}.reduce((sum, n) => (n ${op} ${k} ? sum + n : sum), 0);`,
        ],
        [
          `Is any number ${where} ${k}?|Does something lie ${where} ${k}?|True if one of them is ${where} ${k}.|Is there a number ${where} ${k}?`,
          (op) => `return ${a}.some((n) => n ${op} ${k});`,
        ],
        [
          `Are all ${where} ${k}?|Does everything lie ${where} ${k}?|True if each number is ${where} ${k}.|Is every one ${where} ${k}?`,
          (op) => `return ${a}.every((n) => n ${op} ${k});`,
        ],
        [
          `Find the first number ${where} ${k}, else null.|First one ${where} ${k}, or null.|Which comes first ${where} ${k}? null if none.|Return the first ${where} ${k}, null without one.`,
          (op) => `for (const n of ${a}) {\n  if (n ${op} ${k}) return n;\n}\nreturn null;`,
        ],
        [
          `Label each number: "yes" if it is ${where} ${k}, else "no".|Say "yes" for each one ${where} ${k}, "no" for others.|For each: is it ${where} ${k}? "yes" or "no".|Turn numbers ${where} ${k} into "yes", others into "no".`,
          (op) => `return ${a}.map((n) => (n ${op} ${k} ? 'yes' : 'no'));`,
        ],
      ],
      index,
    );
    const op = high ? '>' : '<';
    return {
      asks: asks.split('|'),
      axis: limitAxis(k, high ? 'high' : 'low'),
      readings: { without: withNumberName(v, body(op)), with: withNumberName(v, body(`${op}=`)) },
      inputs: [[[k]], [[k, k]], [[k - 1, k, k + 1]], [[k + 1, k, k - 1]], ...numberLists(r, k)],
    };
  },
});
