import { integer, pick, type Random } from '../../../shared/random.ts';
import { zero } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers, properties, rowNames, someWords, wordListNames } from '../pools.ts';
import type { Json } from '../task.ts';

/** Groups and counts by what items have in common, and by their sign. */

const ids = ['a', 'b', 'c', 'd'];

interface GroupingParts {
  readonly args: readonly (readonly string[])[];
  readonly item: 'word' | 'row';
  params(random: Random): readonly [string];
  by(property: string): readonly [string, string];
  key(property: string): string;
}

/** What items of a group have in common. */
const commons: Readonly<Record<string, GroupingParts>> = {
  length: {
    args: wordListNames,
    item: 'word',
    params: () => ['length'],
    by: () => ['length', 'number of letters'],
    key: () => 'word.length',
  },
  letter: {
    args: wordListNames,
    item: 'word',
    params: () => ['letter'],
    by: () => ['first letter', 'the letter they start with'],
    key: () => 'word[0]',
  },
  property: {
    args: rowNames,
    item: 'row',
    params: (random) => [pick(random, properties)],
    by: (property) => [property, `the ${property} they have`],
    key: (property) => `row.${property}`,
  },
};

interface CollectingParts {
  readonly names: readonly string[];
  readonly asks: (things: string, by: readonly [string, string]) => readonly string[];
  readonly line: (key: string, item: string) => string;
  readonly wrong: (key: string, item: string) => string;
}

const collectings: Readonly<Record<string, CollectingParts>> = {
  group: {
    names: ['groupBy', 'grouped', 'groups', 'sortInto'],
    asks: (things, [first, second]) => [
      `Group the ${things} by ${first}.`,
      `Return an object with lists of the ${things} by ${second}.`,
      `By ${first}, put the ${things} into groups.`,
    ],
    line: (key, item) => `result[${key}] = [...(result[${key}] ?? []), ${item}];`,
    wrong: (key, item) => `result[${key}] = ${item};`,
  },
  count: {
    names: ['countBy', 'counts', 'tally', 'statistics'],
    asks: (things, [first, second]) => [
      `Count the ${things} by ${first}.`,
      `Return an object with counts of the ${things} by ${second}.`,
      `By ${first}, count the ${things}.`,
    ],
    line: (key) => `result[${key}] = (result[${key}] ?? 0) + 1;`,
    wrong: (key) => `result[${key}] = 1;`,
  },
};

const grouping: readonly Family[] = Object.entries(collectings).flatMap(([verb, { names, asks, line, wrong }]) =>
  Object.entries(commons).map(([id, { args, item, params, by, key }]) =>
    family<readonly [string]>('grouping', `${verb}-by-${id}`, {
      names,
      args,
      weight: 0.7,
      heldOut: `${verb}-${id}` === 'count-letter',
      params,
      make: ({ a: [list], p: [property], r }) => {
        const loop = (inside: string): string =>
          `const result = {};\nfor (const ${item} of ${list}) {\n  ${inside}\n}\nreturn result;`;
        const some = (): Json =>
          item === 'row'
            ? numbers(r, integer(r, 2, 4), 1, 2).map((n, index) => ({ name: ids[index]!, [property]: n }))
            : someWords(r, integer(r, 2, 5));
        return {
          asks: asks(`${item}s`, by(property)),
          readings: { only: loop(line(key(property), item)) },
          bugs: [loop(wrong(key(property), item)), loop(line(item, item))],
          inputs: [[[]], ...Array.from({ length: 7 }, () => [some()])],
        };
      },
    }),
  ),
);

const signs: readonly Family[] = (['keep', 'count'] as const).map((operation) =>
  family<readonly ['positive' | 'negative']>('grouping', `${operation}-sign`, {
    names:
      operation === 'keep'
        ? ['keepSign', 'onlySign', 'oneSide', 'half']
        : ['countSign', 'howManySign', 'signCount', 'countSide'],
    args: listNames,
    params: (r) => [pick(r, ['positive', 'negative'] as const)],
    make: ({ a: [list], p: [sign], r }) => {
      const [strict, loose] = sign === 'positive' ? ['>', '>='] : ['<', '<='];
      const end = operation === 'count' ? '.length' : '';
      const starts =
        operation === 'keep'
          ? ['Keep only', 'Return', 'Filter out all but']
          : ['Count', 'Return how many there are of', 'Return the count of'];
      return {
        axis: zero,
        asks: starts.map((start) => `${start} the ${sign} numbers.`),
        readings: {
          without: `return ${list}.filter((value) => value ${strict} 0)${end};`,
          with: `return ${list}.filter((value) => value ${loose} 0)${end};`,
        },
        inputs: [[[]], [[0]], [[1, 0, -1]], ...Array.from({ length: 5 }, () => [numbers(r, integer(r, 2, 5), -2, 2)])],
      };
    },
  }),
);

export const groupingFamilies: readonly Family[] = [...grouping, ...signs];
