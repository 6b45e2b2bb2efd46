import { integer, pick, type Random } from '../../../shared/random.ts';
import { empty } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers, properties, rowNames, someWords, wordListNames } from '../pools.ts';
import type { Json } from '../task.ts';

/** One value from a whole list, which may be empty. */

type Choice = 'zero' | 'null' | 'minus';
const values: Readonly<Record<Choice, string>> = { zero: '0', null: 'null', minus: '-1' };

/** Three readings by what an empty list gives; the order says which is usual. */
function byEmpty(list: string, otherwise: string, order: readonly Choice[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    order.map((choice) => [choice, `if (${list}.length === 0) {\n  return ${values[choice]};\n}\n${otherwise}`]),
  );
}

function lists(random: Random): readonly (readonly Json[])[] {
  return [
    [[]],
    [[integer(random, 1, 9)]],
    ...Array.from({ length: 7 }, () => [numbers(random, integer(random, 2, 5), -5, 20)]),
  ];
}

interface WholeListParts {
  readonly names: readonly string[];
  readonly asks: readonly string[];
  readonly body: (list: string) => string;
  readonly order: readonly Choice[];
  readonly heldOut?: boolean;
}

const ofNumbers: Readonly<Record<string, WholeListParts>> = {
  average: {
    names: ['average', 'mean', 'middle', 'avg'],
    asks: ['Return the average of the numbers.', 'Work out the average.', 'What are the numbers on average?'],
    body: (list) => `const sum = ${list}.reduce((total, value) => total + value, 0);\nreturn sum / ${list}.length;`,
    order: ['zero', 'null'],
  },
  largest: {
    names: ['largest', 'maximum', 'highest', 'top'],
    asks: ['Return the largest number.', 'Find the largest of the numbers.', 'Which number is the largest?'],
    body: (list) => `return Math.max(...${list});`,
    order: ['null', 'zero', 'minus'],
  },
  smallest: {
    names: ['smallest', 'minimum', 'lowest', 'least'],
    asks: ['Return the smallest number.', 'Find the smallest of the numbers.', 'Which number is the smallest?'],
    body: (list) => `return Math.min(...${list});`,
    order: ['null', 'zero', 'minus'],
    heldOut: true,
  },
  spread: {
    names: ['spread', 'width', 'distance', 'gap'],
    asks: [
      'Return the largest number minus the smallest.',
      'Work out how far the numbers are apart.',
      'How far is it from the smallest to the largest?',
    ],
    body: (list) => `return Math.max(...${list}) - Math.min(...${list});`,
    order: ['zero', 'null', 'minus'],
  },
  final: {
    names: ['final', 'lastValue', 'latest', 'endOf'],
    asks: ['Return the last number.', 'Find the last of the numbers.', 'Which number is the last?'],
    body: (list) => `return ${list}.at(-1);`,
    order: ['null', 'zero', 'minus'],
  },
  product: {
    names: ['product', 'multiply', 'times', 'multiplied'],
    asks: ['Multiply all numbers.', 'Return the product of the numbers.', 'What do the numbers give when multiplied?'],
    body: (list) => `return ${list}.reduce((total, value) => total * value, 1);`,
    order: ['zero', 'null'],
  },
  middle: {
    names: ['median', 'middle', 'center', 'centre'],
    asks: [
      'Return the number in the middle of the sorted numbers.',
      'Sort the numbers and return the middle one.',
      'Which number is in the middle once sorted?',
    ],
    body: (list) => `const sorted = [...${list}].sort((a, b) => a - b);\nreturn sorted[Math.floor(sorted.length / 2)];`,
    order: ['null', 'zero'],
  },
};

const plain: readonly Family[] = Object.entries(ofNumbers).map(([id, { names, asks, body, order, heldOut }]) =>
  family('whole-lists', id, {
    names,
    args: listNames,
    weight: 0.7,
    ...(heldOut !== undefined && { heldOut }),
    make: ({ a: [list], r }) => ({ axis: empty, asks, readings: byEmpty(list!, body(list!), order), inputs: lists(r) }),
  }),
);

const others: readonly Family[] = [
  family('whole-lists', 'longest-length', {
    names: ['longestLength', 'width', 'maxLength', 'longest'],
    args: wordListNames,
    weight: 0.7,
    make: ({ a: [list], r }) => ({
      axis: empty,
      asks: [
        'Return the length of the longest word.',
        'How many letters has the longest word? Return that.',
        'Find out how long the longest word is.',
      ],
      readings: byEmpty(list!, `return Math.max(...${list}.map((word) => word.length));`, ['zero', 'null', 'minus']),
      inputs: [[[]], [['a']], ...Array.from({ length: 7 }, () => [someWords(r, integer(r, 1, 4))])],
    }),
  }),
  family<readonly [string]>('whole-lists', 'average-of-property', {
    names: ['averageOf', 'mean', 'usual', 'onAverage'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: empty,
      asks: [
        `Return the average ${property} of the rows.`,
        `Work out the average ${property}.`,
        `What is the ${property} of the rows on average?`,
      ],
      readings: byEmpty(
        list!,
        `const sum = ${list}.reduce((total, row) => total + row.${property}, 0);\nreturn sum / ${list}.length;`,
        ['zero', 'null'],
      ),
      inputs: [
        [[]],
        ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 1, 4), 0, 9).map((n) => ({ [property]: n }))]),
      ],
    }),
  }),
  family<readonly [string]>('whole-lists', 'largest-of-property', {
    names: ['largestOf', 'most', 'highest', 'maximum'],
    args: rowNames,
    heldOut: true,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: empty,
      asks: [
        `Return the largest ${property} of the rows.`,
        `Find the largest ${property}.`,
        `What is the largest ${property}?`,
      ],
      readings: byEmpty(list!, `return Math.max(...${list}.map((row) => row.${property}));`, ['null', 'zero', 'minus']),
      inputs: [
        [[]],
        ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 1, 4), 0, 9).map((n) => ({ [property]: n }))]),
      ],
    }),
  }),
];

export const wholeListFamilies: readonly Family[] = [...plain, ...others];
