import { integer, pick, type Random, shuffled } from '../../../shared/random.ts';
import { limitAxis } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { differentNumbers, listNames, numbers, properties, rowNames, wordListNames, wordOfLength } from '../pools.ts';
import type { Json } from '../task.ts';

/** Every operation on the values beyond a limit, for numbers, for words by their length, and for objects by a property. */

type Side = 'high' | 'low';

interface Subject {
  readonly args: readonly (readonly string[])[];
  readonly item: string;
  property(random: Random): string;
  /** What is compared. */
  compared(property: string): string;
  /** With the last one held out. */
  what(property: string, side: Side, n: number): readonly string[];
  value(random: Random, property: string, amount: number): Json;
}

const subjects: Readonly<Record<string, Subject>> = {
  number: {
    args: listNames,
    item: 'value',
    property: () => '',
    compared: () => 'value',
    what: (_, side, n) => [
      `the ${side} numbers, limit ${n}`,
      `the numbers on the ${side} side of ${n}`,
      `the numbers on the ${side} side of the limit ${n}`,
    ],
    value: (_, __, amount) => amount,
  },
  length: {
    args: wordListNames,
    item: 'word',
    property: () => '',
    compared: () => 'word.length',
    what: (_, side, n) => [
      `the ${long(side)} words, limit ${n}`,
      `the words on the ${long(side)} side of ${n} letters`,
      `the words on the ${long(side)} side of the limit ${n}`,
    ],
    value: (random, _, amount) => wordOfLength(random, Math.max(0, amount)),
  },
  property: {
    args: rowNames,
    item: 'row',
    property: (random) => pick(random, properties),
    compared: (property) => `row.${property}`,
    what: (property, side, n) => [
      `the rows with a ${side} ${property}, limit ${n}`,
      `the rows with a ${property} on the ${side} side of ${n}`,
      `the rows with a ${property} on the ${side} side of the limit ${n}`,
    ],
    value: (_, property, amount) => ({ [property]: amount }),
  },
};

function long(side: Side): string {
  return side === 'high' ? 'long' : 'short';
}

interface Operation {
  readonly names: readonly string[];
  /** With the last one held out. */
  readonly asks: readonly ((what: string) => string)[];
  /** `yes` is the condition, `no` its opposite. */
  body(list: string, item: string, yes: string, no: string, compared: string): string;
}

const operations: Readonly<Record<string, Operation>> = {
  keep: {
    names: ['keep', 'select', 'pickFrom', 'filterBy'],
    asks: [(w) => `Keep only ${w}.`, (w) => `Return ${w}.`, (w) => `Filter out all but ${w}.`],
    body: (list, item, yes) => `return ${list}.filter((${item}) => ${yes});`,
  },
  drop: {
    names: ['drop', 'without', 'reject', 'leaveOut'],
    asks: [(w) => `Drop ${w}.`, (w) => `Leave out ${w}.`, (w) => `Return all without ${w}.`],
    body: (list, item, _, no) => `return ${list}.filter((${item}) => ${no});`,
  },
  count: {
    names: ['count', 'countOf', 'howMany', 'numberOf'],
    asks: [(w) => `Count ${w}.`, (w) => `Return how many there are of ${w}.`, (w) => `Return the count of ${w}.`],
    body: (list, item, yes) => `return ${list}.filter((${item}) => ${yes}).length;`,
  },
  sum: {
    names: ['sum', 'sumOf', 'total', 'addUp'],
    asks: [(w) => `Add up ${w}.`, (w) => `Return the sum of ${w}.`, (w) => `Return the total of ${w}.`],
    body: (list, item, yes, _, compared) =>
      `return ${list}.filter((${item}) => ${yes}).reduce((sum, ${item}) => sum + ${compared}, 0);`,
  },
  first: {
    names: ['first', 'findFirst', 'firstOf', 'find'],
    asks: [
      (w) => `Return the first of ${w}, or null.`,
      (w) => `Find the first of ${w}, or null.`,
      (w) => `Of ${w} return the first, or null.`,
    ],
    body: (list, item, yes) => `return ${list}.find((${item}) => ${yes}) ?? null;`,
  },
  index: {
    names: ['indexOf', 'position', 'findIndex', 'where'],
    asks: [
      (w) => `Return the index of the first of ${w}.`,
      (w) => `Find the index of the first of ${w}.`,
      (w) => `Of ${w} return the index of the first.`,
    ],
    body: (list, item, yes) => `return ${list}.findIndex((${item}) => ${yes});`,
  },
  last: {
    names: ['last', 'findLast', 'lastOf', 'latest'],
    asks: [
      (w) => `Return the last of ${w}, or null.`,
      (w) => `Find the last of ${w}, or null.`,
      (w) => `Of ${w} return the last, or null.`,
    ],
    body: (list, item, yes) => `return ${list}.findLast((${item}) => ${yes}) ?? null;`,
  },
  any: {
    names: ['any', 'has', 'hasAny', 'some'],
    asks: [
      (w) => `Tell whether there are any of ${w}.`,
      (w) => `Return true if there are any of ${w}.`,
      (w) => `Return whether there are any of ${w}.`,
    ],
    body: (list, item, yes) => `return ${list}.some((${item}) => ${yes});`,
  },
  every: {
    names: ['all', 'every', 'allOf', 'only'],
    asks: [
      (w) => `Tell whether all are of ${w}.`,
      (w) => `Return true if all are of ${w}.`,
      (w) => `Return whether all are of ${w}.`,
    ],
    body: (list, item, yes) => `return ${list}.every((${item}) => ${yes});`,
  },
  split: {
    names: ['split', 'parts', 'divide', 'separate'],
    asks: [
      (w) => `Split into ${w} and all others.`,
      (w) => `Return two lists: ${w} and all others.`,
      (w) => `Put ${w} into one list and all others into a second.`,
    ],
    body: (list, item, yes, no) =>
      `const inside = ${list}.filter((${item}) => ${yes});\nconst outside = ${list}.filter((${item}) => ${no});\nreturn [inside, outside];`,
  },
  until: {
    names: ['until', 'takeUntil', 'upTo', 'before'],
    asks: [
      (w) => `Return what comes before the first of ${w}.`,
      (w) => `Take all before the first of ${w}.`,
      (w) => `Stop at the first of ${w} and return what came before.`,
    ],
    body: (list, item, yes) =>
      `const found = ${list}.findIndex((${item}) => ${yes});\nreturn found < 0 ? ${list} : ${list}.slice(0, found);`,
  },
};

/** Their pieces occur in training, never together. */
const heldOut = new Set([
  'count-length',
  'sum-property',
  'first-length',
  'drop-property',
  'any-number',
  'index-property',
  'split-length',
  'until-number',
]);

const operators: Readonly<Record<Side, Readonly<Record<'with' | 'without', readonly [string, string]>>>> = {
  high: { without: ['>', '<='], with: ['>=', '<'] },
  low: { without: ['<', '>='], with: ['<=', '>'] },
};

export const limitFamilies: readonly Family[] = Object.entries(subjects).flatMap(([kind, subject]) =>
  Object.entries(operations).map(([operation, { names, asks, body }]) =>
    family<readonly [number, Side, string]>('limit', `${operation}-${kind}`, {
      names,
      args: subject.args,
      weight: 0.35,
      heldOut: heldOut.has(`${operation}-${kind}`),
      params: (r) => [
        integer(r, kind === 'length' ? 2 : 1, kind === 'length' ? 7 : 30),
        pick(r, ['high', 'low'] as const),
        subject.property(r),
      ],
      make: ({ a: [list], p: [n, side, property], r }) => {
        const { item } = subject;
        const compared = subject.compared(property);
        const [first, second, third] = subject.what(property, side, n);
        const reading = (choice: 'with' | 'without'): string => {
          const [yes, no] = operators[side][choice];
          return body(list!, item, `${compared} ${yes} ${n}`, `${compared} ${no} ${n}`, compared);
        };
        const usual = operation === 'drop' || operation === 'until' ? 'with' : 'without';
        const other = usual === 'with' ? 'without' : 'with';
        const list_ = (amounts: readonly number[]): readonly Json[] => [
          amounts.map((amount) => subject.value(r, property, amount)),
        ];
        const near = [n - 1, n, n + 1];
        return {
          axis: limitAxis(n, side),
          asks: [asks[0]!(first!), asks[1]!(first!), asks[0]!(second!), asks[1]!(second!), asks[2]!(third!)],
          readings: { [usual]: reading(usual), [other]: reading(other) },
          inputs: [
            list_([]),
            list_([n]),
            list_(near),
            list_(shuffled(r, near)),
            list_([n + 2, n, n - 1, n]),
            list_([n - 1, n, n + 3, n]),
            list_(numbers(r, 4, Math.max(0, n - 4), n + 4)),
            list_(differentNumbers(r, 4, Math.max(0, n - 3), n + 3)),
          ],
        };
      },
    }),
  ),
);
