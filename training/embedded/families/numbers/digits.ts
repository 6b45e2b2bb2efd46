import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { cycled } from '../shared/cycled.ts';

/** Some digits of a number, and what they add up to. */
export const numberDigits = family<readonly [number, number, number, string]>('embedded', 'number-digits', {
  names: ['digitFact', 'digitWork', 'fromDigits', 'digitValue', 'ciphers', 'byDigits'],
  args: [['n'], ['number'], ['value'], ['code'], ['id']],
  params: (r) => [integer(r, 0, 5), integer(r, 0, 5), integer(r, 2, 7), pick(r, ['d', 'digit', 'c'])],
  make: ({ a: [a], p: [which, fold, k, d], r }) => {
    const [what, test] = cycled<readonly [string, string]>(
      [
        ['digits', ''],
        ['even digits', 'd % 2 === 0'],
        ['odd digits', 'd % 2 === 1'],
        [`digits greater than ${k}`, `d > ${k}`],
        [`digits other than ${k}`, `d !== ${k}`],
        [`digits of at most ${k}`, `d <= ${k}`],
      ],
      which,
    );
    const [asks, end, sum] = cycled<readonly [string, string, string?]>(
      [
        [
          `Add up the ${what}.|Return the sum of the ${what}.|What is the sum of its ${what}?|Total of the ${what}.`,
          '.reduce((sum, d) => sum + d, 0)',
          'd',
        ],
        [
          `How many ${what} does it have?|Count the ${what}.|Number of its ${what}.|Return how many ${what} it has.`,
          '.length',
          '1',
        ],
        [
          `List the ${what}.|Return the ${what} as a list.|A list of its ${what}, in order.|Which ${what} does it have?`,
          '',
        ],
        [
          `Add the squares of the ${what}.|Sum of the squared ${what}.|Square the ${what} and add them.|Total of the squares of its ${what}.`,
          '.reduce((sum, d) => sum + d * d, 0)',
          'd * d',
        ],
        [
          `The largest of the ${what}, 0 if none.|Return the largest of its ${what}, or 0.|Which of the ${what} is largest? 0 without any.|Find the largest of the ${what}, else 0.`,
          'MAX',
        ],
        [
          `Put a dash between the ${what}.|Join the ${what} with dashes.|The ${what} as a text with dashes between.|Return the ${what}, dashes in between.`,
          ".join('-')",
        ],
      ],
      fold,
    );
    const list = `[...String(${a})].map(Number)${test && `.filter((d) => ${test})`}`;
    const add = `sum += ${sum};`;
    const step = test
      ? `const d = left % 10;\n  if (${test}) ${add}`
      : sum === '1'
        ? add
        : `const d = left % 10;\n  ${add}`;
    const loop = `let sum = 0;\nfor (let left = ${a}; left > 0; left = Math.floor(left / 10)) {\n  ${step}\n}\nreturn sum;`;
    const chain = end === 'MAX' ? `return Math.max(0, ...${list});` : `return ${list}${end};`;
    return {
      asks: asks.split('|'),
      readings: { only: (sum && r() < 0.4 ? loop : chain).replace(/\bd\b/g, d) },
      inputs: [7, 10, 305, 1234, 9999, 246, 1357, 80 + k, ...numbers(r, 4, 100, 99999)].map((n) => [n]),
    };
  },
});
