import { integer, pick, type Random } from '../../../shared/random.ts';
import { direction, ties } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { differentNumbers, listNames, numbers, properties, rowNames, someWords, wordListNames } from '../pools.ts';
import type { Json } from '../task.ts';

/** Sorting, the first few of a sorted list, and which of equals wins. */

const names = ['Ann', 'Bob', 'Cara', 'Dan', 'Eve', 'Fay'];

function rowsWith(random: Random, property: string): readonly Json[] {
  return numbers(random, integer(random, 2, 4), 1, 4).map((value, index) => ({
    name: names[index]!,
    [property]: value,
  }));
}

const sorting: readonly Family[] = [
  family('ordering', 'sort-numbers', {
    names: ['sortNumbers', 'sorted', 'ordered', 'inOrder'],
    args: listNames,
    make: ({ a: [list], r }) => ({
      axis: direction,
      asks: ['Sort the numbers.', 'Return the numbers in order.', 'Put the numbers in order.'],
      readings: {
        up: `return [...${list}].sort((a, b) => a - b);`,
        down: `return [...${list}].sort((a, b) => b - a);`,
      },
      bugs: [`return [...${list}].sort();`],
      inputs: [[[]], [[10, 9, 2]], ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 2, 5), 0, 20)])],
    }),
  }),
  family('ordering', 'sort-by-length', {
    names: ['byLength', 'sortWords', 'sorted', 'ordered'],
    args: wordListNames,
    make: ({ a: [list], r }) => ({
      axis: direction,
      asks: [
        'Sort the words by length.',
        'Return the words in order of length.',
        'Put the words in order by how long they are.',
      ],
      readings: {
        up: `return [...${list}].sort((a, b) => a.length - b.length);`,
        down: `return [...${list}].sort((a, b) => b.length - a.length);`,
      },
      bugs: [`return [...${list}].sort();`],
      inputs: [[[]], ...Array.from({ length: 8 }, () => [someWords(r, integer(r, 2, 4))])],
    }),
  }),
  family<readonly [string]>('ordering', 'sort-by-property', {
    names: ['sortRows', 'sorted', 'ordered', 'ranked'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: direction,
      asks: [
        `Sort the rows by ${property}.`,
        `Return the rows in order of ${property}.`,
        `Put the rows in order by ${property}.`,
      ],
      readings: {
        up: `return [...${list}].sort((a, b) => a.${property} - b.${property});`,
        down: `return [...${list}].sort((a, b) => b.${property} - a.${property});`,
      },
      inputs: [[[]], ...Array.from({ length: 8 }, () => [rowsWith(r, property)])],
    }),
  }),
  family<readonly [number]>('ordering', 'first-sorted', {
    names: ['best', 'topOf', 'leaders', 'winners'],
    args: listNames,
    params: (r) => [integer(r, 1, 5)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: direction,
      asks: [
        `Sort the numbers and return the first ${n}.`,
        `Return the best ${n} in order.`,
        `Of the sorted numbers return ${n}.`,
      ],
      readings: {
        down: `return [...${list}].sort((a, b) => b - a).slice(0, ${n});`,
        up: `return [...${list}].sort((a, b) => a - b).slice(0, ${n});`,
      },
      inputs: [[[]], ...Array.from({ length: 8 }, () => [numbers(r, integer(r, 2, 7), 0, 20)])],
    }),
  }),
  family<readonly [string]>('ordering', 'names-by-property', {
    names: ['ranking', 'namesOf', 'standings', 'whoLeads'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    heldOut: true,
    make: ({ a: [list], p: [property], r }) => ({
      axis: direction,
      asks: [
        `Return the names of the rows in order of ${property}.`,
        `Sort by ${property} and return the names.`,
        `List the names, sorted by ${property}.`,
      ],
      readings: {
        up: `return [...${list}].sort((a, b) => a.${property} - b.${property}).map((row) => row.name);`,
        down: `return [...${list}].sort((a, b) => b.${property} - a.${property}).map((row) => row.name);`,
      },
      inputs: [[[]], ...Array.from({ length: 8 }, () => [rowsWith(r, property)])],
    }),
  }),
  family('ordering', 'is-sorted', {
    names: ['isSorted', 'inOrder', 'isOrdered', 'checkOrder'],
    args: listNames,
    weight: 0.7,
    make: ({ a: [list], r }) => ({
      axis: direction,
      asks: [
        'Tell whether the numbers are in order.',
        'Return true if the numbers are sorted.',
        'Are the numbers sorted?',
      ],
      readings: {
        up: `return ${list}.every((value, index) => index === 0 || ${list}[index - 1] <= value);`,
        down: `return ${list}.every((value, index) => index === 0 || ${list}[index - 1] >= value);`,
      },
      inputs: [
        [[]],
        [[1, 2, 3]],
        [[3, 2, 1]],
        [[2, 2]],
        [[1, 3, 2]],
        ...Array.from({ length: 4 }, () => [numbers(r, 3, 0, 5)]),
      ],
    }),
  }),
];

/** Lists with equal values at both ends of what is best. */
function tied(random: Random): number[] {
  const [low, high] = [integer(random, 0, 4), integer(random, 5, 9)];
  const list = [low, high, ...numbers(random, integer(random, 0, 2), low, high), high, low];
  return list.slice(0, integer(random, 3, list.length));
}

function best(list: string, start: string, better: string): string {
  return `let best = ${start};\nfor (let i = 1; i < ${list}.length; i++) {\n  if (${better}) {\n    best = i;\n  }\n}\n`;
}

const winning: readonly Family[] = [
  ...(['largest', 'smallest'] as const).map((which) => {
    const [better, orEqual] = which === 'largest' ? ['>', '>='] : ['<', '<='];
    return family('ordering', `index-of-${which}`, {
      names: [`${which}At`, `whereIs${which === 'largest' ? 'Largest' : 'Smallest'}`, 'positionOf', 'bestIndex'],
      args: listNames,
      heldOut: which === 'smallest',
      make: ({ a: [list], r }) => ({
        axis: ties,
        asks: [
          `Return the index of the ${which} number.`,
          `Find the index of the ${which} number.`,
          `At which index is the ${which} number?`,
        ],
        readings: {
          first: `${best(list!, '0', `${list}[i] ${better} ${list}[best]`)}return best;`,
          last: `${best(list!, '0', `${list}[i] ${orEqual} ${list}[best]`)}return best;`,
        },
        inputs: [[[5]], [[2, 2]], ...Array.from({ length: 8 }, () => [tied(r)])],
      }),
    });
  }),
  ...(['longest', 'shortest'] as const).map((which) => {
    const [better, orEqual] = which === 'longest' ? ['>', '>='] : ['<', '<='];
    return family('ordering', `${which}-word`, {
      names: [which, `${which}Word`, 'bestWord', 'theWord'],
      args: wordListNames,
      make: ({ a: [list], r }) => ({
        axis: ties,
        asks: [`Return the ${which} word.`, `Find the ${which} of the words.`, `Which word is the ${which}?`],
        readings: {
          first: `return ${list}.reduce((best, word) => (word.length ${better} best.length ? word : best));`,
          last: `return ${list}.reduce((best, word) => (word.length ${orEqual} best.length ? word : best));`,
        },
        inputs: [[['a']], [['ab', 'cd']], ...Array.from({ length: 8 }, () => [someWords(r, integer(r, 3, 5))])],
      }),
    });
  }),
  family<readonly [string]>('ordering', 'row-with-most', {
    names: ['leader', 'winner', 'bestRow', 'champion'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: ties,
      asks: [
        `Return the row with the most ${property}.`,
        `Find the row with the largest ${property}.`,
        `Which row has the most ${property}?`,
      ],
      readings: {
        first: `return ${list}.reduce((best, row) => (row.${property} > best.${property} ? row : best));`,
        last: `return ${list}.reduce((best, row) => (row.${property} >= best.${property} ? row : best));`,
      },
      inputs: Array.from({ length: 9 }, () => [rowsWith(r, property)]),
    }),
  }),
  family<readonly [number]>('ordering', 'closest', {
    names: ['closest', 'nearest', 'nearTo', 'bestMatch'],
    args: listNames,
    params: (r) => [integer(r, 3, 20)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: ties,
      asks: [
        `Return the number closest to ${n}.`,
        `Find the number nearest to ${n}.`,
        `Which number is closest to ${n}?`,
      ],
      readings: {
        first: `const far = (value) => Math.abs(value - ${n});\nreturn ${list}.reduce((best, value) => (far(value) < far(best) ? value : best));`,
        last: `const far = (value) => Math.abs(value - ${n});\nreturn ${list}.reduce((best, value) => (far(value) <= far(best) ? value : best));`,
      },
      inputs: [
        [[n - 1, n + 1]],
        [[n + 2, n - 2]],
        ...Array.from({ length: 6 }, () => [differentNumbers(r, 4, n - 3, n + 3)]),
      ],
    }),
  }),
];

export const orderingFamilies: readonly Family[] = [...sorting, ...winning];
