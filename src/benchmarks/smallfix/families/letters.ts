import { integer, pick, type Random, sample } from '../../../shared/random.ts';
import { letterCase } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { someWords, textNames, wordListNames } from '../pools.ts';
import type { Json } from '../task.ts';

/** Searches for a letter, where upper and lower case may or may not be the same. */

const letters = [...'abcdefghiklmnoprst'];

/** Tests of one word; the last wording is held out. */
const tests: Readonly<Record<string, { readonly method: string; readonly what: readonly string[] }>> = {
  has: { method: 'includes', what: ['the words with', 'the words that contain', 'the words that hold'] },
  starts: {
    method: 'startsWith',
    what: ['the words that start with', 'the words that begin with', 'the words with the first letter'],
  },
  ends: {
    method: 'endsWith',
    what: ['the words that end with', 'the words that end in', 'the words with the last letter'],
  },
};

const operations: Readonly<
  Record<
    string,
    {
      readonly names: readonly string[];
      readonly asks: readonly ((what: string) => string)[];
      body(list: string, yes: string): string;
    }
  >
> = {
  keep: {
    names: ['keep', 'select', 'matching', 'filterBy'],
    asks: [(w) => `Keep only ${w}.`, (w) => `Return ${w}.`, (w) => `Filter out all but ${w}.`],
    body: (list, yes) => `return ${list}.filter((word) => ${yes});`,
  },
  drop: {
    names: ['drop', 'without', 'reject', 'leaveOut'],
    asks: [(w) => `Drop ${w}.`, (w) => `Leave out ${w}.`, (w) => `Return all without ${w}.`],
    body: (list, yes) => `return ${list}.filter((word) => !${yes});`,
  },
  count: {
    names: ['count', 'countOf', 'howMany', 'numberOf'],
    asks: [(w) => `Count ${w}.`, (w) => `Return how many there are of ${w}.`, (w) => `Return the count of ${w}.`],
    body: (list, yes) => `return ${list}.filter((word) => ${yes}).length;`,
  },
  first: {
    names: ['first', 'findFirst', 'firstOf', 'find'],
    asks: [
      (w) => `Return the first of ${w}, or null.`,
      (w) => `Find the first of ${w}, or null.`,
      (w) => `Of ${w} return the first, or null.`,
    ],
    body: (list, yes) => `return ${list}.find((word) => ${yes}) ?? null;`,
  },
  any: {
    names: ['any', 'has', 'hasAny', 'some'],
    asks: [
      (w) => `Tell whether there are any of ${w}.`,
      (w) => `Return true if there are any of ${w}.`,
      (w) => `Return whether there are any of ${w}.`,
    ],
    body: (list, yes) => `return ${list}.some((word) => ${yes});`,
  },
};

const heldOut = new Set(['count-starts', 'drop-ends', 'any-has']);

const inLists: readonly Family[] = Object.entries(tests).flatMap(([test, { method, what }]) =>
  Object.entries(operations).map(([operation, { names, asks, body }]) =>
    family<readonly [string]>('letters', `${operation}-${test}`, {
      names,
      args: wordListNames,
      weight: 0.35,
      heldOut: heldOut.has(`${operation}-${test}`),
      params: (r) => [pick(r, letters)],
      make: ({ a: [list], p: [letter], r }) => {
        const [first, second, third] = what.map((phrase) => `${phrase} ${letter}`);
        const exact = body(list!, `word.${method}('${letter}')`);
        const same = body(list!, `word.toLowerCase().${method}('${letter}')`);
        const usual = test === 'has' ? { exact, same } : { same, exact };
        return {
          axis: letterCase,
          asks: [asks[0]!(first!), asks[1]!(first!), asks[0]!(second!), asks[1]!(second!), asks[2]!(third!)],
          readings: usual,
          inputs: [[], ...Array.from({ length: 9 }, () => wordsAround(r, letter))].map((words): readonly Json[] => [
            words,
          ]),
        };
      },
    }),
  ),
);

/** Words with the letter in both cases, at the start, at the end and within. */
function wordsAround(random: Random, letter: string): string[] {
  const big = letter.toUpperCase();
  const other = 'uvwxyz';
  const piece = (): string => Array.from({ length: integer(random, 1, 2) }, () => pick(random, [...other])).join('');
  const made = [
    `${letter}${piece()}`,
    `${big}${piece()}`,
    `${piece()}${letter}`,
    `${piece()}${big}`,
    `${piece()}${letter}${piece()}`,
    `${piece()}${big}${piece()}`,
    piece(),
  ];
  return sample(random, made, integer(random, 1, 3));
}

const single: readonly Family[] = [
  family<readonly [string]>('letters', 'count-letter', {
    names: ['countLetter', 'letters', 'occurrences', 'timesOf'],
    args: textNames,
    params: (r) => [pick(r, letters)],
    make: ({ a: [text], p: [letter], r }) => ({
      axis: letterCase,
      asks: [
        `Count the letter ${letter}.`,
        `Return how often ${letter} occurs.`,
        `How often is there a letter ${letter}?`,
      ],
      readings: {
        exact: `return ${text}.split('${letter}').length - 1;`,
        same: `return ${text}.toLowerCase().split('${letter}').length - 1;`,
      },
      inputs: [
        '',
        letter,
        letter.toUpperCase(),
        ...Array.from({ length: 6 }, () => wordsAround(r, letter).join(' ')),
      ].map((t) => [t]),
    }),
  }),
  family('letters', 'same-text', {
    names: ['same', 'isSame', 'equal', 'matches'],
    args: [
      ['a', 'b'],
      ['one', 'other'],
      ['left', 'right'],
      ['text', 'other'],
      ['x', 'y'],
    ],
    weight: 0.5,
    make: ({ a: [a, b] }) => ({
      axis: letterCase,
      asks: [
        'Tell whether both texts are the same.',
        `Return true if ${a} and ${b} are the same text.`,
        `Compare ${a} and ${b} for being the same.`,
      ],
      readings: { exact: `return ${a} === ${b};`, same: `return ${a}.toLowerCase() === ${b}.toLowerCase();` },
      inputs: [
        ['a', 'a'],
        ['a', 'A'],
        ['Ann', 'ann'],
        ['Ann', 'Bob'],
        ['', ''],
        ['x', ''],
        ['NO', 'no'],
        ['on', 'no'],
      ],
    }),
  }),
  family('letters', 'different-words', {
    names: ['different', 'unique', 'distinct', 'once'],
    args: wordListNames,
    make: ({ a: [list], r }) => ({
      axis: letterCase,
      asks: [
        'Return every word only once, in order.',
        'Drop the words that occurred before.',
        'Leave each word in only one time, in order.',
      ],
      readings: {
        exact: `return ${list}.filter((word, index) => ${list}.indexOf(word) === index);`,
        same: `const small = ${list}.map((word) => word.toLowerCase());\nreturn ${list}.filter((word, index) => small.indexOf(small[index]) === index);`,
      },
      inputs: [[[]], [['a', 'A']], ...Array.from({ length: 8 }, () => [doubled(r)])],
    }),
  }),
  family('letters', 'sort-words', {
    names: ['sortWords', 'ordered', 'sorted', 'inOrder'],
    args: wordListNames,
    make: ({ a: [list], r }) => ({
      axis: letterCase,
      asks: ['Sort the words.', 'Return the words in order of the alphabet.', 'Put the words in order.'],
      readings: {
        same: `return [...${list}].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));`,
        exact: `return [...${list}].sort();`,
      },
      inputs: [[[]], [['b', 'A', 'c', 'D']], ...Array.from({ length: 8 }, () => [someWords(r, integer(r, 2, 4))])],
    }),
  }),
  family('letters', 'palindrome', {
    names: ['palindrome', 'isPalindrome', 'mirrored', 'sameBackwards'],
    args: textNames,
    weight: 0.6,
    make: ({ a: [text] }) => ({
      axis: letterCase,
      asks: [
        'Tell whether the text is the same backwards.',
        'Return true if it reads the same backwards.',
        'Is it the same from the end to the start?',
      ],
      readings: {
        exact: `return [...${text}].reverse().join('') === ${text};`,
        same: `const small = ${text}.toLowerCase();\nreturn [...small].reverse().join('') === small;`,
      },
      inputs: [['otto'], ['Otto'], ['Anna'], ['anna'], [''], ['ab'], ['Noon'], ['level'], ['Hello']],
    }),
  }),
];

function doubled(random: Random): string[] {
  const words = someWords(random, 2);
  const [a, b] = words as [string, string];
  return sample(random, [a, b, a.toUpperCase(), b.toLowerCase(), a], integer(random, 3, 5));
}

export const letterFamilies: readonly Family[] = [...inLists, ...single];
