import { integer, pick, type Random } from '../../../shared/random.ts';
import { empty } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers } from '../pools.ts';
import type { Json } from '../task.ts';

/** Two steps in sequence: which numbers, what is done to each, what is returned. Only the empty list is left open. */

type Filter = 'even' | 'odd' | 'multiple' | 'negative' | 'positive';
const filters: readonly Filter[] = ['even', 'odd', 'multiple', 'negative', 'positive'];

function condition(filter: Filter, k: number): readonly [string, string] {
  const table: Readonly<Record<Filter, readonly [string, string]>> = {
    even: ['even numbers', 'value % 2 === 0'],
    odd: ['odd numbers', 'value % 2 !== 0'],
    multiple: [`multiples of ${k}`, `value % ${k} === 0`],
    negative: ['negative numbers', 'value < 0'],
    positive: ['positive numbers', 'value > 0'],
  };
  return table[filter];
}

/** What is done to each: in words, and as an expression. */
function change(which: string, k: number): readonly [string, string] {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    double: ['double', 'value * 2'],
    square: ['square', 'value * value'],
    add: [`add ${k} to`, `value + ${k}`],
    take: [`take ${k} from`, `value - ${k}`],
    times: [`multiply by ${k}`, `value * ${k}`],
  };
  return table[which]!;
}
const changeNames = ['double', 'square', 'add', 'take', 'times'] as const;

function lists(random: Random, k: number): readonly (readonly Json[])[] {
  return [
    [[]],
    [[k, 2 * k, -1, 0]],
    ...Array.from({ length: 6 }, () => [numbers(random, integer(random, 2, 5), -6, 12)]),
  ];
}

type Params = readonly [Filter, string, number];
const params = (r: Random): Params => [pick(r, filters), pick(r, changeNames), integer(r, 3, 9)];

const returned: Readonly<
  Record<
    string,
    {
      readonly names: readonly string[];
      readonly asks: (what: string, verb: string) => readonly string[];
      readonly body: (list: string, yes: string, value: string) => string;
      readonly heldOut?: boolean;
    }
  >
> = {
  list: {
    names: ['process', 'apply', 'transform', 'convert'],
    asks: (what, verb) => [
      `Take the ${what} and ${verb} each.`,
      `Of the ${what} ${verb} every one and return the list.`,
      `For the ${what}: ${verb} each and return them.`,
    ],
    body: (list, yes, value) => `return ${list}.filter((value) => ${yes}).map((value) => ${value});`,
  },
  sum: {
    names: ['sumUp', 'totalOf', 'summed', 'grandTotal'],
    asks: (what, verb) => [
      `Take the ${what}, ${verb} each, and return the sum.`,
      `Of the ${what} ${verb} every one and add them up.`,
      `For the ${what}: ${verb} each and return the sum.`,
    ],
    body: (list, yes, value) =>
      `return ${list}\n  .filter((value) => ${yes})\n  .map((value) => ${value})\n  .reduce((sum, value) => sum + value, 0);`,
  },
  some: {
    names: ['mapSome', 'changeSome', 'adjusted', 'altered'],
    asks: (what, verb) => [
      `In the list ${verb} each of the ${what}; keep the others as they are.`,
      `Return the list; ${verb} only the ${what}.`,
      `Of the list ${verb} the ${what} and leave the others.`,
    ],
    body: (list, yes, value) => `return ${list}.map((value) => (${yes} ? ${value} : value));`,
  },
};

const composed: readonly Family[] = Object.entries(returned).map(([id, { names, asks, body, heldOut }]) =>
  family<Params>('compose', `compose-${id}`, {
    names,
    args: listNames,
    weight: 1.2,
    ...(heldOut !== undefined && { heldOut }),
    params,
    make: ({ a: [list], p: [filter, which, k], r }) => {
      const [what, yes] = condition(filter, k);
      const [verb, value] = change(which, k);
      return { asks: asks(what, verb), readings: { only: body(list!, yes, value) }, inputs: lists(r, k) };
    },
  }),
);

const first: readonly Family[] = [
  family<Params>('compose', 'compose-average', {
    names: ['averageOf', 'meanOf', 'usualOf', 'middleOf'],
    args: listNames,
    params: (r) => [pick(r, filters), '', integer(r, 3, 9)],
    make: ({ a: [list], p: [filter, , k], r }) => {
      const [what, yes] = condition(filter, k);
      const body = (none: string): string =>
        `const chosen = ${list}.filter((value) => ${yes});\nif (chosen.length === 0) {\n  return ${none};\n}\nreturn chosen.reduce((total, value) => total + value, 0) / chosen.length;`;
      return {
        axis: empty,
        asks: [
          `Return the average of the ${what}.`,
          `Work out the average of the ${what}.`,
          `What are the ${what} on average?`,
        ],
        readings: { zero: body('0'), null: body('null') },
        inputs: lists(r, k),
      };
    },
  }),
  family<Params>('compose', 'compose-largest', {
    names: ['largestOf', 'maximumOf', 'topOf', 'highestOf'],
    args: listNames,
    heldOut: true,
    params: (r) => [pick(r, filters), '', integer(r, 3, 9)],
    make: ({ a: [list], p: [filter, , k], r }) => {
      const [what, yes] = condition(filter, k);
      const body = (none: string): string =>
        `const chosen = ${list}.filter((value) => ${yes});\nif (chosen.length === 0) {\n  return ${none};\n}\nreturn Math.max(...chosen);`;
      return {
        axis: empty,
        asks: [
          `Return the largest of the ${what}.`,
          `Find the largest of the ${what}.`,
          `Which of the ${what} is the largest?`,
        ],
        readings: { null: body('null'), zero: body('0') },
        inputs: lists(r, k),
      };
    },
  }),
  family<readonly [number, number]>('compose', 'fizz', {
    names: ['label', 'sayNumber', 'nameOf', 'call'],
    args: [['n'], ['value'], ['x'], ['number'], ['count']],
    weight: 0.7,
    params: (r) => [integer(r, 2, 5), integer(r, 6, 9)],
    make: ({ a: [n], p: [k, l] }) => ({
      asks: [
        `Return 'fizz' for multiples of ${k}, else 'buzz' for multiples of ${l}, else the number.`,
        `Multiples of ${k} give 'fizz', other multiples of ${l} give 'buzz', all else stays.`,
        `Say 'fizz' for a multiple of ${k}, 'buzz' for another multiple of ${l}, else ${n}.`,
      ],
      readings: { only: `if (${n} % ${k} === 0) {\n  return 'fizz';\n}\nreturn ${n} % ${l} === 0 ? 'buzz' : ${n};` },
      inputs: [[1], [k], [l], [k * l], [0], [k + l], [2 * k]],
    }),
  }),
  family('compose', 'running-totals', {
    names: ['runningTotals', 'totals', 'growing', 'cumulative'],
    args: listNames,
    weight: 0.6,
    make: ({ a: [list], r }) => ({
      asks: [
        'Return the running totals of the numbers.',
        'For each number return the sum up to it.',
        'Sum up to each number and list the sums.',
      ],
      readings: { only: `let sum = 0;\nreturn ${list}.map((value) => {\n  sum += value;\n  return sum;\n});` },
      inputs: lists(r, 4),
    }),
  }),
  family('compose', 'differences', {
    names: ['differences', 'steps', 'changes', 'deltas'],
    args: listNames,
    weight: 0.6,
    make: ({ a: [list], r }) => ({
      asks: [
        'Return the differences between each number and the one before.',
        'List how much each number is more than the one before.',
        'By how much do the numbers change each time? List that.',
      ],
      readings: { only: `return ${list}.slice(1).map((value, i) => value - ${list}[i]);` },
      inputs: lists(r, 5),
    }),
  }),
];

export const composeFamilies: readonly Family[] = [...composed, ...first];
