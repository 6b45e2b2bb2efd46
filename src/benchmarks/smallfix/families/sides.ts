import { integer, pick, type Random } from '../../../shared/random.ts';
import { side } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { differentNumbers, listNames, textNames, wordOf, wordOfLength } from '../pools.ts';
import type { Json } from '../task.ts';

/** What happens at the start or at the end. */

function texts(random: Random, n: number): readonly (readonly Json[])[] {
  return [
    '',
    'a',
    wordOfLength(random, n),
    wordOfLength(random, n + 1),
    ...Array.from({ length: 5 }, () => wordOfLength(random, integer(random, 1, n + 3))),
  ].map((t) => [t]);
}

function lists(random: Random, n: number): readonly (readonly Json[])[] {
  return [[[]], ...Array.from({ length: 7 }, () => [differentNumbers(random, integer(random, 1, n + 3), 1, 30)])];
}

const signs = ['0', '*', '.', '-', '_', '#', '+', '='];

export const sideFamilies: readonly Family[] = [
  family<readonly [number, string]>('sides', 'pad', {
    names: ['pad', 'fill', 'widen', 'padded'],
    args: textNames,
    params: (r) => [integer(r, 3, 9), pick(r, signs)],
    make: ({ a: [text], p: [n, sign], r }) => ({
      axis: side,
      asks: [
        `Pad the text with '${sign}' to ${n} letters.`,
        `Fill the text up with '${sign}' to a length of ${n}.`,
        `Make the text ${n} long with '${sign}'.`,
      ],
      readings: { start: `return ${text}.padStart(${n}, '${sign}');`, end: `return ${text}.padEnd(${n}, '${sign}');` },
      inputs: texts(r, n),
    }),
  }),
  family<readonly [number]>('sides', 'take-items', {
    names: ['take', 'some', 'few', 'partOf'],
    args: listNames,
    params: (r) => [integer(r, 1, 6)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: side,
      asks: [`Return ${n} of the numbers.`, `Take ${n} numbers from the list.`, `Give me ${n} of the numbers.`],
      readings: { start: `return ${list}.slice(0, ${n});`, end: `return ${list}.slice(-${n});` },
      inputs: lists(r, n),
    }),
  }),
  family<readonly [number]>('sides', 'drop-items', {
    names: ['dropSome', 'cut', 'shorten', 'without'],
    args: listNames,
    params: (r) => [integer(r, 1, 5)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: side,
      asks: [`Drop ${n} of the numbers.`, `Return the list without ${n} of its numbers.`, `Take ${n} numbers away.`],
      readings: {
        start: `return ${list}.slice(${n});`,
        end: `return ${list}.slice(0, -${n});`,
        both: `return ${list}.slice(${n}, -${n});`,
      },
      inputs: lists(r, 2 * n),
    }),
  }),
  family<readonly [number]>('sides', 'take-letters', {
    names: ['cutText', 'abbreviate', 'letters', 'piece'],
    args: textNames,
    heldOut: true,
    params: (r) => [integer(r, 1, 6)],
    make: ({ a: [text], p: [n], r }) => ({
      axis: side,
      asks: [
        `Return ${n} letters of the text.`,
        `Take ${n} letters from the text.`,
        `Give me ${n} letters of the text.`,
      ],
      readings: { start: `return ${text}.slice(0, ${n});`, end: `return ${text}.slice(-${n});` },
      inputs: texts(r, n),
    }),
  }),
  family<readonly [number]>('sides', 'drop-letters', {
    names: ['dropLetters', 'trimBy', 'shorten', 'strip'],
    args: textNames,
    params: (r) => [integer(r, 1, 4)],
    make: ({ a: [text], p: [n], r }) => ({
      axis: side,
      asks: [
        `Drop ${n} letters of the text.`,
        `Return the text without ${n} of its letters.`,
        `Take ${n} letters away.`,
      ],
      readings: {
        end: `return ${text}.slice(0, -${n});`,
        start: `return ${text}.slice(${n});`,
        both: `return ${text}.slice(${n}, -${n});`,
      },
      inputs: texts(r, 2 * n),
    }),
  }),
  family<readonly [number]>('sides', 'rotate', {
    names: ['rotate', 'turn', 'shift', 'roll'],
    args: listNames,
    params: (r) => [integer(r, 1, 3)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: side,
      asks: [`Move ${n} of the numbers to the other side.`, `Rotate the list by ${n}.`, `Turn the list round by ${n}.`],
      readings: {
        start: `return [...${list}.slice(${n}), ...${list}.slice(0, ${n})];`,
        end: `return [...${list}.slice(-${n}), ...${list}.slice(0, -${n})];`,
      },
      inputs: Array.from({ length: 8 }, () => [differentNumbers(r, integer(r, n + 1, n + 4), 1, 30)]),
    }),
  }),
  family<readonly [number, string]>('sides', 'mask', {
    names: ['mask', 'hide', 'cover', 'secret'],
    args: textNames,
    params: (r) => [integer(r, 1, 4), pick(r, ['*', '#', '.', 'x'])],
    make: ({ a: [text], p: [n, sign], r }) => ({
      axis: side,
      asks: [
        `Replace ${n} letters by '${sign}'.`,
        `Hide ${n} letters behind '${sign}'.`,
        `Put '${sign}' over ${n} letters.`,
      ],
      readings: {
        start: `return '${sign}'.repeat(${n}) + ${text}.slice(${n});`,
        end: `return ${text}.slice(0, -${n}) + '${sign}'.repeat(${n});`,
      },
      inputs: Array.from({ length: 8 }, () => [wordOfLength(r, integer(r, n, n + 4))]),
    }),
  }),
  family<readonly [number]>('sides', 'add-item', {
    names: ['addItem', 'withItem', 'extend', 'join'],
    args: listNames,
    params: (r) => [integer(r, 0, 60)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: side,
      asks: [`Return the list with ${n} added.`, `Add ${n} to the list.`, `Put ${n} into the list.`],
      readings: {
        end: `return [...${list}, ${n}];`,
        start: `return [${n}, ...${list}];`,
        both: `return [${n}, ...${list}, ${n}];`,
      },
      bugs: [`return ${list};`, `return [${list}, ${n}];`],
      inputs: lists(r, 3),
    }),
  }),
  family<readonly [string]>('sides', 'add-sign', {
    names: ['addSign', 'withSign', 'decorate', 'mark'],
    args: textNames,
    params: (r) => [pick(r, ['!', '?', '*', '#', '~', '$', '%', '.', '-'])],
    make: ({ a: [text], p: [sign], r }) => ({
      axis: side,
      asks: [`Add '${sign}' to the text.`, `Return the text with '${sign}'.`, `Put '${sign}' on the text.`],
      readings: {
        end: `return ${text} + '${sign}';`,
        start: `return '${sign}' + ${text};`,
        both: `return '${sign}' + ${text} + '${sign}';`,
      },
      bugs: [`return '${sign}';`, `return ${text};`],
      inputs: [[''], ...Array.from({ length: 5 }, () => [wordOf(r)])],
    }),
  }),
  family('sides', 'trim', {
    names: ['trimmed', 'clean', 'tidy', 'bare'],
    args: textNames,
    weight: 0.6,
    make: ({ a: [text] }) => ({
      axis: side,
      asks: [
        'Take the spaces off the text.',
        'Return the text without the spaces round it.',
        'Remove the spaces that are not between words.',
      ],
      readings: {
        both: `return ${text}.trim();`,
        start: `return ${text}.trimStart();`,
        end: `return ${text}.trimEnd();`,
      },
      bugs: [`return ${text}.replaceAll(' ', '');`, `return ${text};`],
      inputs: [[' a '], ['  b'], ['c  '], ['d e'], [' f g '], ['']],
    }),
  }),
];
