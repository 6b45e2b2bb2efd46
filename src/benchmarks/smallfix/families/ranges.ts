import { integer, pick, type Random } from '../../../shared/random.ts';
import { ends } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers } from '../pools.ts';
import type { Json } from '../task.ts';

/** From one number, position or day to another, with or without the ends. */

const bounds: readonly (readonly string[])[] = [
  ['first', 'last'],
  ['start', 'stop'],
  ['low', 'high'],
  ['a', 'b'],
  ['min', 'max'],
];

function pairs(random: Random, low: number, high: number): readonly (readonly Json[])[] {
  const drawn = Array.from({ length: 6 }, () => {
    const start = integer(random, low, high);
    return [start, start + integer(random, 1, 6)];
  });
  return [[low, low], [low, low + 1], [low + 1, low + 4], ...drawn];
}

/** A loop over the numbers from a to b, for each reading. */
function loops(
  a: string,
  b: string,
  before: string,
  inside: string,
  after: string,
): Readonly<Record<'both' | 'start' | 'none', string>> {
  const loop = (from: string, until: string): string =>
    `${before}\nfor (let n = ${from}; ${until}; n++) {\n${inside.replace(/^/gm, '  ')}\n}\n${after}`;
  return { both: loop(a, `n <= ${b}`), start: loop(a, `n < ${b}`), none: loop(`${a} + 1`, `n < ${b}`) };
}

interface Loop {
  readonly names: readonly string[];
  readonly asks: (a: string, b: string) => readonly string[];
  readonly before: string;
  readonly inside: string;
  readonly after: string;
  readonly heldOut?: boolean;
}

const loopTable: Readonly<Record<string, Loop>> = {
  range: {
    names: ['range', 'numbersBetween', 'span', 'series'],
    asks: (a, b) => [
      `List the whole numbers from ${a} to ${b}.`,
      `Return the numbers from ${a} to ${b}.`,
      `Give me a list that runs from ${a} to ${b}.`,
    ],
    before: 'const result = [];',
    inside: 'result.push(n);',
    after: 'return result;',
  },
  'sum-range': {
    names: ['sumRange', 'sumBetween', 'addRange', 'rangeTotal'],
    asks: (a, b) => [
      `Add up the whole numbers from ${a} to ${b}.`,
      `Return the sum of the numbers from ${a} to ${b}.`,
      `What is the sum from ${a} to ${b}?`,
    ],
    before: 'let sum = 0;',
    inside: 'sum += n;',
    after: 'return sum;',
  },
  'squares-range': {
    names: ['squares', 'squareRange', 'squaresBetween', 'allSquares'],
    asks: (a, b) => [
      `List the squares of the numbers from ${a} to ${b}.`,
      `Return the squares from ${a} to ${b}.`,
      `Give me a list of squares that runs from ${a} to ${b}.`,
    ],
    before: 'const result = [];',
    inside: 'result.push(n * n);',
    after: 'return result;',
  },
  'sum-squares-range': {
    names: ['sumSquares', 'squareSum', 'squaresTotal', 'addSquares'],
    asks: (a, b) => [
      `Add up the squares of the numbers from ${a} to ${b}.`,
      `Return the sum of the squares from ${a} to ${b}.`,
      `What is the sum of the squares from ${a} to ${b}?`,
    ],
    before: 'let sum = 0;',
    inside: 'sum += n * n;',
    after: 'return sum;',
    heldOut: true,
  },
};

const looping: readonly Family[] = Object.entries(loopTable).map(
  ([id, { names, asks, before, inside, after, heldOut }]) =>
    family('ranges', id, {
      names,
      args: bounds,
      ...(heldOut !== undefined && { heldOut }),
      make: ({ a: [a, b], r }) => ({
        axis: ends,
        asks: asks(a!, b!),
        readings: loops(a!, b!, before, inside, after),
        inputs: pairs(r, integer(r, -3, 5), 9),
      }),
    }),
);

const divided = (id: string, counting: boolean): Family =>
  family<readonly [number]>('ranges', id, {
    names: counting
      ? ['countMultiples', 'howManyMultiples', 'multiplesCount', 'multipleCount']
      : ['multiples', 'multiplesOf', 'everyMultiple', 'steps'],
    args: bounds,
    params: (r) => [integer(r, 2, 9)],
    make: ({ a: [a, b], p: [k], r }) => ({
      axis: ends,
      asks: counting
        ? [
            `Count the multiples of ${k} from ${a} to ${b}.`,
            `Return how many multiples of ${k} there are from ${a} to ${b}.`,
            `How many numbers from ${a} to ${b} are multiples of ${k}?`,
          ]
        : [
            `List the multiples of ${k} from ${a} to ${b}.`,
            `Return the multiples of ${k} from ${a} to ${b}.`,
            `Which numbers from ${a} to ${b} are multiples of ${k}?`,
          ],
      readings: counting
        ? loops(a!, b!, 'let count = 0;', `if (n % ${k} === 0) {\n  count++;\n}`, 'return count;')
        : loops(a!, b!, 'const result = [];', `if (n % ${k} === 0) {\n  result.push(n);\n}`, 'return result;'),
      inputs: [[0, k], [k, 2 * k], [k, 3 * k], [1, k], [k - 1, 2 * k + 1], ...pairs(r, 1, 12).slice(2, 6)],
    }),
  });

const others: readonly Family[] = [
  divided('multiples', false),
  divided('count-multiples', true),
  family('ranges', 'is-between', {
    names: ['isBetween', 'within', 'inRange', 'fits'],
    args: [
      ['n', 'low', 'high'],
      ['value', 'min', 'max'],
      ['x', 'a', 'b'],
      ['value', 'first', 'last'],
      ['n', 'start', 'stop'],
    ],
    make: ({ a: [n, a, b] }) => ({
      axis: ends,
      asks: [
        `Tell whether ${n} lies between ${a} and ${b}.`,
        `Return true if ${n} is between ${a} and ${b}.`,
        `Is ${n} from ${a} to ${b}?`,
      ],
      readings: {
        both: `return ${n} >= ${a} && ${n} <= ${b};`,
        start: `return ${n} >= ${a} && ${n} < ${b};`,
        none: `return ${n} > ${a} && ${n} < ${b};`,
      },
      inputs: [
        [1, 1, 5],
        [5, 1, 5],
        [3, 1, 5],
        [0, 1, 5],
        [6, 1, 5],
        [2, 2, 2],
        [-1, -3, 0],
      ],
    }),
  }),
  family<readonly [number, number]>('ranges', 'keep-between', {
    names: ['keepBetween', 'inside', 'between', 'limited'],
    args: listNames,
    params: (r) => {
      const low = integer(r, 1, 12);
      return [low, low + integer(r, 2, 9)];
    },
    make: ({ a: [list], p: [low, high], r }) => ({
      axis: ends,
      asks: [
        `Keep only the numbers between ${low} and ${high}.`,
        `Return the numbers from ${low} to ${high}.`,
        `Filter out all but the numbers between ${low} and ${high}.`,
      ],
      readings: {
        both: `return ${list}.filter((value) => value >= ${low} && value <= ${high});`,
        start: `return ${list}.filter((value) => value >= ${low} && value < ${high});`,
        none: `return ${list}.filter((value) => value > ${low} && value < ${high});`,
      },
      inputs: [
        [[]],
        [[low, high]],
        [[high, low + 1, low]],
        ...Array.from({ length: 5 }, () => [numbers(r, 4, low - 1, high + 1)]),
      ],
    }),
  }),
  family<readonly [number, number]>('ranges', 'count-between', {
    names: ['countBetween', 'howManyInside', 'countInside', 'between'],
    args: listNames,
    heldOut: true,
    params: (r) => {
      const low = integer(r, 1, 12);
      return [low, low + integer(r, 2, 9)];
    },
    make: ({ a: [list], p: [low, high], r }) => ({
      axis: ends,
      asks: [
        `Count the numbers between ${low} and ${high}.`,
        `Return how many numbers are from ${low} to ${high}.`,
        `How many numbers are between ${low} and ${high}?`,
      ],
      readings: {
        both: `return ${list}.filter((value) => value >= ${low} && value <= ${high}).length;`,
        start: `return ${list}.filter((value) => value >= ${low} && value < ${high}).length;`,
        none: `return ${list}.filter((value) => value > ${low} && value < ${high}).length;`,
      },
      inputs: [
        [[]],
        [[low, high]],
        [[high, low + 1, low]],
        ...Array.from({ length: 5 }, () => [numbers(r, 4, low - 1, high + 1)]),
      ],
    }),
  }),
  family('ranges', 'days-between', {
    names: ['daysBetween', 'nights', 'daysOf', 'duration'],
    args: [
      ['first', 'last'],
      ['from', 'until'],
      ['start', 'stop'],
      ['begin', 'finish'],
      ['a', 'b'],
    ],
    make: ({ a: [a, b], r }) => ({
      axis: ends,
      asks: [
        `How many days are there from day ${a} to day ${b}? Return that.`,
        `Return the number of days from ${a} to ${b}.`,
        `Count the days from day ${a} to day ${b}.`,
      ],
      readings: { start: `return ${b} - ${a};`, both: `return ${b} - ${a} + 1;`, none: `return ${b} - ${a} - 1;` },
      inputs: [[1, 2], ...pairs(r, 3, 300).slice(1)],
    }),
  }),
  family('ranges', 'count-down', {
    names: ['countDown', 'backwards', 'downFrom', 'descend'],
    args: [
      ['first', 'last'],
      ['start', 'stop'],
      ['high', 'low'],
      ['a', 'b'],
      ['max', 'min'],
    ],
    make: ({ a: [a, b], r }) => ({
      axis: ends,
      asks: [
        `Count down from ${a} to ${b}.`,
        `List the numbers down from ${a} to ${b}.`,
        `Give me a list that runs down from ${a} to ${b}.`,
      ],
      readings: {
        both: `const result = [];\nfor (let n = ${a}; n >= ${b}; n--) {\n  result.push(n);\n}\nreturn result;`,
        start: `const result = [];\nfor (let n = ${a}; n > ${b}; n--) {\n  result.push(n);\n}\nreturn result;`,
      },
      bugs: [`const result = [];\nfor (let n = ${a} - 1; n >= ${b}; n--) {\n  result.push(n);\n}\nreturn result;`],
      inputs: pairs(r, 1, 9).map(([low, high]) => [high!, low!]),
    }),
  }),
  family('ranges', 'slice-between', {
    names: ['cutOut', 'sliceOf', 'section', 'partOf'],
    args: [
      ['list', 'first', 'last'],
      ['values', 'start', 'stop'],
      ['items', 'a', 'b'],
      ['data', 'low', 'high'],
      ['list', 'start', 'stop'],
    ],
    make: ({ a: [list, a, b], r }) => ({
      axis: ends,
      asks: [
        `Return the part of ${list} from index ${a} to index ${b}.`,
        `Cut out the part from index ${a} to index ${b}.`,
        `Give me what lies from index ${a} to index ${b}.`,
      ],
      readings: {
        start: `return ${list}.slice(${a}, ${b});`,
        both: `return ${list}.slice(${a}, ${b} + 1);`,
        none: `return ${list}.slice(${a} + 1, ${b});`,
      },
      inputs: Array.from({ length: 8 }, () => [numbers(r, 6, 1, 9), integer(r, 0, 2), pick(r, [3, 4, 5])]),
    }),
  }),
];

export const rangeFamilies: readonly Family[] = [...looping, ...others];
