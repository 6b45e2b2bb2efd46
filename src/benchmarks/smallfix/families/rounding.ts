import { integer, pick, type Random } from '../../../shared/random.ts';
import { rounding } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers } from '../pools.ts';
import type { Json } from '../task.ts';

/** Results that have to be whole numbers. */

const numberNames: readonly (readonly string[])[] = [['n'], ['value'], ['amount'], ['count'], ['x']];
type Way = 'nearest' | 'down' | 'up';

function ways(body: (round: string) => string, order: readonly Way[]): Readonly<Record<string, string>> {
  const functions = { nearest: 'Math.round', down: 'Math.floor', up: 'Math.ceil' };
  return Object.fromEntries(order.map((way) => [way, body(functions[way])]));
}

function amounts(random: Random, k: number): readonly (readonly Json[])[] {
  return [[0], [k], [k + 1], [2 * k - 1], [3 * k + Math.floor(k / 2)], ...numbers(random, 5, 1, 8 * k).map((n) => [n])];
}

interface Division {
  readonly names: readonly string[];
  readonly asks: (n: string, k: number) => readonly string[];
  readonly order: readonly Way[];
  readonly divisor: (random: Random) => number;
  readonly heldOut?: boolean;
}

/** n / k as a whole number, told as different things. */
const divisions: Readonly<Record<string, Division>> = {
  boxes: {
    names: ['boxes', 'boxesFor', 'packs', 'crates'],
    asks: (n, k) => [
      `Return the number of boxes for ${n} things, ${k} in a box.`,
      `A box holds ${k}. How many boxes are there for ${n}?`,
      `How many boxes of ${k} does it take for ${n}?`,
    ],
    order: ['up', 'down'],
    divisor: (r) => integer(r, 3, 12),
  },
  pages: {
    names: ['pages', 'pageCount', 'pagesFor', 'sheets'],
    asks: (n, k) => [
      `Return the number of pages for ${n} lines, ${k} on a page.`,
      `A page has ${k} lines. How many pages are there for ${n}?`,
      `How many pages of ${k} lines does it take for ${n}?`,
    ],
    order: ['up', 'down'],
    divisor: (r) => integer(r, 5, 40),
    heldOut: true,
  },
  share: {
    names: ['share', 'part', 'divideBy', 'portion'],
    asks: (n, k) => [
      `Divide ${n} by ${k}; the result is a whole number.`,
      `Return a share of ${n} for ${k} people, as a whole number.`,
      `What is ${n} divided by ${k}, as a whole number?`,
    ],
    order: ['down', 'nearest', 'up'],
    divisor: (r) => integer(r, 3, 9),
  },
  minutes: {
    names: ['minutes', 'toMinutes', 'inMinutes', 'minutesOf'],
    asks: (n) => [
      `Return ${n} seconds as whole minutes.`,
      `Turn ${n} seconds into whole minutes.`,
      `How many whole minutes are ${n} seconds?`,
    ],
    order: ['down', 'nearest', 'up'],
    divisor: () => 60,
  },
  hours: {
    names: ['hours', 'toHours', 'inHours', 'hoursOf'],
    asks: (n) => [
      `Return ${n} minutes as whole hours.`,
      `Turn ${n} minutes into whole hours.`,
      `How many whole hours are ${n} minutes?`,
    ],
    order: ['down', 'nearest', 'up'],
    divisor: () => 60,
  },
  weeks: {
    names: ['weeks', 'toWeeks', 'inWeeks', 'weeksOf'],
    asks: (n) => [
      `Return ${n} days as whole weeks.`,
      `Turn ${n} days into whole weeks.`,
      `How many whole weeks are ${n} days?`,
    ],
    order: ['down', 'up', 'nearest'],
    divisor: () => 7,
  },
};

const dividing: readonly Family[] = Object.entries(divisions).map(([id, { names, asks, order, divisor, heldOut }]) =>
  family<readonly [number]>('rounding', id, {
    names,
    args: numberNames,
    weight: 0.8,
    ...(heldOut !== undefined && { heldOut }),
    params: (r) => [divisor(r)],
    make: ({ a: [n], p: [k], r }) => ({
      axis: rounding,
      asks: asks(n!, k),
      readings: ways((round) => `return ${round}(${n} / ${k});`, order),
      bugs: [`return ${n} % ${k};`, `return Math.round(${n} * ${k});`],
      inputs: amounts(r, k),
    }),
  }),
);

const others: readonly Family[] = [
  family<readonly [number]>('rounding', 'percent', {
    names: ['percentOf', 'discount', 'percentage', 'cutOf'],
    args: numberNames,
    params: (r) => [pick(r, [5, 15, 20, 25, 30, 35, 40, 45, 60, 65, 75, 85])],
    make: ({ a: [n], p: [k], r }) => ({
      axis: rounding,
      asks: [
        `Return ${k} percent of ${n} as a whole number.`,
        `Work out ${k} percent of ${n}; the result is a whole number.`,
        `What is ${k} percent of ${n}, as a whole number?`,
      ],
      readings: ways((round) => `return ${round}((${n} * ${k}) / 100);`, ['nearest', 'down', 'up']),
      inputs: [[0], [100], ...numbers(r, 7, 1, 60).map((value) => [value])],
    }),
  }),
  family('rounding', 'whole-average', {
    names: ['wholeAverage', 'roundAverage', 'averageScore', 'meanScore'],
    args: listNames,
    make: ({ a: [list], r }) => ({
      axis: rounding,
      asks: [
        'Return the average of the numbers as a whole number.',
        'Work out the average; the result is a whole number.',
        'What are the numbers on average, as a whole number?',
      ],
      readings: ways(
        (round) =>
          `const sum = ${list}.reduce((total, value) => total + value, 0);\nreturn ${round}(sum / ${list}.length);`,
        ['nearest', 'down', 'up'],
      ),
      inputs: Array.from({ length: 9 }, () => [numbers(r, integer(r, 2, 4), 0, 9)]),
    }),
  }),
  family<readonly [number]>('rounding', 'step', {
    names: ['toStep', 'snap', 'roundTo', 'gridOf'],
    args: numberNames,
    params: (r) => [pick(r, [3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 50])],
    make: ({ a: [n], p: [k], r }) => ({
      axis: rounding,
      asks: [
        `Round ${n} to a multiple of ${k}.`,
        `Return the multiple of ${k} for ${n}.`,
        `Which multiple of ${k} belongs to ${n}?`,
      ],
      readings: ways((round) => `return ${round}(${n} / ${k}) * ${k};`, ['nearest', 'down', 'up']),
      inputs: amounts(r, k),
    }),
  }),
  family<readonly [number]>('rounding', 'round-all', {
    names: ['roundAll', 'wholeNumbers', 'rounded', 'tidy'],
    args: listNames,
    params: (r) => [integer(r, 2, 9)],
    make: ({ a: [list], p: [k], r }) => ({
      axis: rounding,
      asks: [
        `Divide every number by ${k}; the results are whole numbers.`,
        `Return each number divided by ${k} as a whole number.`,
        `What is each number divided by ${k}, as whole numbers?`,
      ],
      readings: ways((round) => `return ${list}.map((value) => ${round}(value / ${k}));`, ['down', 'nearest', 'up']),
      inputs: [[[]], ...Array.from({ length: 6 }, () => [numbers(r, integer(r, 2, 4), 0, 5 * k)])],
    }),
  }),
];

export const roundingFamilies: readonly Family[] = [...dividing, ...others];
