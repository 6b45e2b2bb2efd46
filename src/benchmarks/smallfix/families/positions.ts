import { integer, pick, type Random } from '../../../shared/random.ts';
import { base, bounds } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { differentNumbers, wordOfLength } from '../pools.ts';
import type { Json } from '../task.ts';

/** Positions in lists and texts: where counting begins, and what is outside. */

const listAndPosition: readonly (readonly string[])[] = [
  ['list', 'position'],
  ['values', 'n'],
  ['items', 'place'],
  ['data', 'index'],
  ['numbers', 'at'],
];
const textAndPosition: readonly (readonly string[])[] = [
  ['text', 'position'],
  ['word', 'n'],
  ['name', 'place'],
  ['line', 'index'],
  ['title', 'at'],
];

function positions(
  random: Random,
  subject: (random: Random) => Json,
  rest: readonly Json[] = [],
): readonly (readonly Json[])[] {
  return Array.from({ length: 8 }, (_, index) => [subject(random), 1 + (index % 3), ...rest]);
}

const fourNumbers = (random: Random): Json => differentNumbers(random, 5, 1, 20);
const fiveLetters = (random: Random): Json => wordOfLength(random, 5);

export const positionFamilies: readonly Family[] = [
  family('positions', 'item-at', {
    names: ['itemAt', 'getAt', 'entry', 'valueAt'],
    args: listAndPosition,
    make: ({ a: [list, n], r }) => ({
      axis: base,
      asks: [`Return the item at ${n}.`, `Return the value of ${list} at ${n}.`, `Which value is at ${n}?`],
      readings: { zero: `return ${list}[${n}];`, one: `return ${list}[${n} - 1];`, back: `return ${list}.at(-${n});` },
      inputs: positions(r, fourNumbers),
    }),
  }),
  family('positions', 'letter-at', {
    names: ['letterAt', 'charAt', 'letter', 'signAt'],
    args: textAndPosition,
    heldOut: true,
    make: ({ a: [text, n], r }) => ({
      axis: base,
      asks: [`Return the letter at ${n}.`, `Return the letter of ${text} at ${n}.`, `Which letter is at ${n}?`],
      readings: { zero: `return ${text}[${n}];`, one: `return ${text}[${n} - 1];`, back: `return ${text}.at(-${n});` },
      inputs: positions(r, fiveLetters),
    }),
  }),
  family('positions', 'remove-at', {
    names: ['removeAt', 'withoutAt', 'dropAt', 'takeAway'],
    args: listAndPosition,
    make: ({ a: [list, n], r }) => ({
      axis: base,
      asks: [`Return the list without the item at ${n}.`, `Remove the item at ${n}.`, `Leave out the item at ${n}.`],
      readings: {
        zero: `return ${list}.filter((_, i) => i !== ${n});`,
        one: `return ${list}.filter((_, i) => i !== ${n} - 1);`,
        back: `return ${list}.filter((_, i) => i !== ${list}.length - ${n});`,
      },
      inputs: positions(r, fourNumbers),
    }),
  }),
  family<readonly [number]>('positions', 'replace-at', {
    names: ['replaceAt', 'setAt', 'putAt', 'changeAt'],
    args: listAndPosition,
    params: (r) => [integer(r, 0, 99)],
    make: ({ a: [list, n], p: [value], r }) => ({
      axis: base,
      asks: [
        `Return the list with ${value} at ${n}.`,
        `Put ${value} in place of the item at ${n}.`,
        `The item at ${n} should become ${value}.`,
      ],
      readings: {
        zero: `return ${list}.map((item, i) => (i === ${n} ? ${value} : item));`,
        one: `return ${list}.map((item, i) => (i === ${n} - 1 ? ${value} : item));`,
        back: `return ${list}.map((item, i) => (i === ${list}.length - ${n} ? ${value} : item));`,
      },
      inputs: positions(r, fourNumbers),
    }),
  }),
  family<readonly [number]>('positions', 'insert-at', {
    names: ['insertAt', 'addAt', 'squeezeIn', 'placeAt'],
    args: listAndPosition,
    params: (r) => [integer(r, 0, 99)],
    make: ({ a: [list, n], p: [value], r }) => ({
      axis: base,
      asks: [`Insert ${value} at ${n}.`, `Return the list with ${value} inserted at ${n}.`, `Put ${value} in at ${n}.`],
      readings: {
        zero: `return [...${list}.slice(0, ${n}), ${value}, ...${list}.slice(${n})];`,
        one: `return [...${list}.slice(0, ${n} - 1), ${value}, ...${list}.slice(${n} - 1)];`,
      },
      inputs: positions(r, fourNumbers),
    }),
  }),
  family<readonly [number]>('positions', 'every-nth', {
    names: ['everyNth', 'thinOut', 'nth', 'takeEvery'],
    args: [['list'], ['values'], ['items'], ['data'], ['numbers']],
    params: (r) => [integer(r, 2, 6)],
    make: ({ a: [list], p: [k], r }) => ({
      axis: base,
      asks: [
        `Return the items whose position is a multiple of ${k}.`,
        `Keep only the positions that ${k} divides.`,
        `Take the items at the multiples of ${k}.`,
      ],
      readings: {
        zero: `return ${list}.filter((_, i) => i % ${k} === 0);`,
        one: `return ${list}.filter((_, i) => (i + 1) % ${k} === 0);`,
      },
      inputs: [[[]], ...Array.from({ length: 6 }, () => [differentNumbers(r, integer(r, 1, 8), 1, 30)])],
    }),
  }),
  family<readonly [string]>('positions', 'find-position', {
    names: ['findPosition', 'placeOf', 'whereIs', 'locate'],
    args: [['words'], ['names'], ['list'], ['texts'], ['tags']],
    params: (r) => [pick(r, ['ann', 'bob', 'cara', 'dan', 'eve', 'fay', 'gus', 'hal'])],
    make: ({ a: [list], p: [word] }) => ({
      axis: base,
      asks: [
        `Return the position of '${word}' in the list.`,
        `Find the position of '${word}'.`,
        `At which position is '${word}'?`,
      ],
      readings: {
        zero: `return ${list}.indexOf('${word}');`,
        one: `return ${list}.indexOf('${word}') + 1;`,
        back: `return ${list}.length - ${list}.indexOf('${word}');`,
      },
      inputs: [[word], ['x', word], ['x', 'y', word], [word, 'z'], ['a', word, 'b'], ['q', word, 'p', 'o']].map(
        (list) => [list],
      ),
    }),
  }),
  family<readonly [number, number]>('positions', 'into-range', {
    names: ['intoRange', 'limit', 'adjust', 'bounded'],
    args: [['n'], ['value'], ['x'], ['number'], ['amount']],
    params: (r) => [0, integer(r, 4, 30)],
    make: ({ a: [n], p: [, high], r }) => ({
      axis: bounds,
      asks: [
        `Bring ${n} into the range from 0 to ${high}.`,
        `Return ${n} so that it is from 0 to ${high}.`,
        `Force ${n} to be from 0 to ${high}.`,
      ],
      readings: {
        clamp: `return Math.min(Math.max(${n}, 0), ${high});`,
        wrap: `return ((${n} % ${high + 1}) + ${high + 1}) % ${high + 1};`,
        null: `return ${n} < 0 || ${n} > ${high} ? null : ${n};`,
      },
      inputs: [[0], [high], [high + 1], [-1], [high + 3], [-2], [integer(r, 1, high - 1)]],
    }),
  }),
  family('positions', 'next-index', {
    names: ['nextIndex', 'advance', 'following', 'goOn'],
    args: [
      ['index', 'length'],
      ['i', 'size'],
      ['position', 'count'],
      ['current', 'total'],
      ['at', 'length'],
    ],
    make: ({ a: [i, length] }) => ({
      axis: bounds,
      asks: [
        `Return the index after ${i} in a list with ${length} items.`,
        `Move ${i} one step on; there are ${length} items.`,
        `Which index follows ${i} where there are ${length} items?`,
      ],
      readings: {
        wrap: `return (${i} + 1) % ${length};`,
        clamp: `return Math.min(${i} + 1, ${length} - 1);`,
        null: `return ${i} + 1 < ${length} ? ${i} + 1 : null;`,
      },
      inputs: [
        [0, 3],
        [1, 3],
        [2, 3],
        [0, 1],
        [4, 5],
        [3, 5],
        [0, 2],
      ],
    }),
  }),
  family<readonly [number]>('positions', 'hour-later', {
    names: ['later', 'addHours', 'afterHours', 'hourLater'],
    args: [['hour'], ['time'], ['now'], ['clock'], ['h']],
    params: (r) => [integer(r, 1, 12)],
    make: ({ a: [hour], p: [n], r }) => ({
      axis: bounds,
      asks: [
        `Return the hour ${n} hours after ${hour}; hours go from 0 to 23.`,
        `Add ${n} hours to ${hour}; the last hour is 23.`,
        `Which hour from 0 to 23 is ${n} hours after ${hour}?`,
      ],
      readings: {
        wrap: `return (${hour} + ${n}) % 24;`,
        clamp: `return Math.min(${hour} + ${n}, 23);`,
        null: `return ${hour} + ${n} < 24 ? ${hour} + ${n} : null;`,
      },
      inputs: [[0], [23], [24 - n], [23 - n], [integer(r, 1, 9)], [22]],
    }),
  }),
];
