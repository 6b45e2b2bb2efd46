import { integer, pick, type Random, shuffled } from '../../../shared/random.ts';
import { extent, rest, words } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { listNames, numbers, sentence, textNames, wordListNames, wordOfLength } from '../pools.ts';
import type { Json } from '../task.ts';

/** Letters and words of a text, pieces of lists and texts. */

const signs = ['-', '_', '.', '/', '+', '*', ':', ';'];
const letters = [...'aeionrst'];

function withLetter(random: Random, letter: string): readonly (readonly Json[])[] {
  const make = (): string => shuffled(random, [letter, letter, ...'xyzw'].slice(0, integer(random, 2, 6))).join('');
  return [[''], ['xyz'], [`${letter}${letter}`], ...Array.from({ length: 6 }, () => [make()])];
}

const replacing: readonly Family[] = [
  family<readonly [string, string]>('texts', 'replace-letter', {
    names: ['replaceLetter', 'exchange', 'swapLetter', 'change'],
    args: textNames,
    params: (r) => [pick(r, letters), pick(r, signs)],
    make: ({ a: [text], p: [letter, sign], r }) => ({
      axis: extent,
      asks: [
        `Replace ${letter} by '${sign}'.`,
        `Return the text with '${sign}' in place of ${letter}.`,
        `Put '${sign}' where there is ${letter}.`,
      ],
      readings: {
        all: `return ${text}.replaceAll('${letter}', '${sign}');`,
        first: `return ${text}.replace('${letter}', '${sign}');`,
      },
      bugs: [`return ${text}.replaceAll('${sign}', '${letter}');`, `return ${text}.replaceAll('${letter}', '');`],
      inputs: withLetter(r, letter),
    }),
  }),
  family<readonly [string]>('texts', 'remove-letter', {
    names: ['removeLetter', 'withoutLetter', 'strip', 'deleteLetter'],
    args: textNames,
    params: (r) => [pick(r, [...letters, ...signs])],
    make: ({ a: [text], p: [letter], r }) => ({
      axis: extent,
      asks: [
        `Remove '${letter}' from the text.`,
        `Return the text without '${letter}'.`,
        `Take '${letter}' out of the text.`,
      ],
      readings: {
        all: `return ${text}.replaceAll('${letter}', '');`,
        first: `return ${text}.replace('${letter}', '');`,
      },
      bugs: [`return ${text}.replaceAll('${letter}', ' ');`, `return ${text}.trim();`],
      inputs: withLetter(r, letter),
    }),
  }),
  family<readonly [number]>('texts', 'remove-value', {
    names: ['removeValue', 'withoutValue', 'takeOut', 'deleteValue'],
    args: listNames,
    params: (r) => [integer(r, 0, 20)],
    make: ({ a: [list], p: [n], r }) => ({
      axis: extent,
      asks: [`Remove ${n} from the list.`, `Return the list without ${n}.`, `Take ${n} out of the list.`],
      readings: {
        all: `return ${list}.filter((value) => value !== ${n});`,
        first: `return ${list}.filter((_, i) => i !== ${list}.indexOf(${n}));`,
        last: `return ${list}.filter((_, i) => i !== ${list}.lastIndexOf(${n}));`,
      },
      inputs: [
        [[]],
        [[n]],
        [[n, 1, n, 2]],
        [[3, n, 4, n]],
        ...Array.from({ length: 4 }, () => [shuffled(r, [n, n, ...numbers(r, 2, 0, 9)])]),
      ],
    }),
  }),
  family<readonly [number, number]>('texts', 'replace-value', {
    names: ['replaceValue', 'exchangeValue', 'swapValue', 'changeValue'],
    args: listNames,
    heldOut: true,
    params: (r) => [integer(r, 1, 9), integer(r, 10, 30)],
    make: ({ a: [list], p: [n, m], r }) => ({
      axis: extent,
      asks: [
        `Replace ${n} by ${m} in the list.`,
        `Return the list with ${m} in place of ${n}.`,
        `Put ${m} where there is ${n}.`,
      ],
      readings: {
        all: `return ${list}.map((value) => (value === ${n} ? ${m} : value));`,
        first: `return ${list}.map((value, i) => (i === ${list}.indexOf(${n}) ? ${m} : value));`,
      },
      inputs: [
        [[]],
        [[n]],
        [[n, 1, n, 2]],
        [[3, n, 4, n]],
        ...Array.from({ length: 4 }, () => [shuffled(r, [n, n, ...numbers(r, 2, 0, 9)])]),
      ],
    }),
  }),
];

/** One change to words: what it does to `word`, and how it is asked for. */
const changes: Readonly<
  Record<
    string,
    {
      readonly names: readonly string[];
      readonly asks: readonly string[];
      readonly changed: string;
      readonly heldOut?: boolean;
    }
  >
> = {
  capital: {
    names: ['capital', 'capitalise', 'titled', 'heading'],
    asks: [
      'Write the words with a capital letter.',
      'Begin with a capital letter.',
      'Capital letters at the start, please.',
    ],
    changed: 'word[0].toUpperCase() + word.slice(1)',
  },
  shout: {
    names: ['shout', 'loud', 'upper', 'bigLetters'],
    asks: ['Write the words in upper case.', 'Turn to upper case.', 'Upper case letters, please.'],
    changed: 'word.toUpperCase()',
  },
  backwards: {
    names: ['backwards', 'reversed', 'mirror', 'turned'],
    asks: ['Write the words backwards.', 'Turn the letters round.', 'Letters in reverse, please.'],
    changed: "[...word].reverse().join('')",
  },
  initial: {
    names: ['initial', 'shortened', 'abbreviated', 'brief'],
    asks: ['Shorten the words to the first letter.', 'Cut down to the first letter.', 'Only the first letter, please.'],
    changed: 'word[0]',
    heldOut: true,
  },
};

const changing: readonly Family[] = Object.entries(changes).map(([id, { names, asks, changed, heldOut }]) =>
  family('texts', `${id}-words`, {
    names,
    args: [['text'], ['line'], ['title'], ['sentence'], ['phrase']],
    ...(heldOut !== undefined && { heldOut }),
    make: ({ a: [text], r }) => {
      const only = (condition: string): string =>
        `return ${text}\n  .split(' ')\n  .map((word, i, all) => (${condition} ? ${changed} : word))\n  .join(' ');`;
      return {
        axis: words,
        asks: asks.map((ask) => ask),
        readings: {
          each: `return ${text}\n  .split(' ')\n  .map((word) => ${changed})\n  .join(' ');`,
          first: only('i === 0'),
          last: only('i === all.length - 1'),
        },
        inputs: [['ab'], ...Array.from({ length: 7 }, () => [sentence(r, integer(r, 1, 3)).toLowerCase()])],
      };
    },
  }),
);

const pieces: readonly Family[] = [
  family<readonly [number]>('texts', 'chunk', {
    names: ['chunk', 'inParts', 'batches', 'slices'],
    args: listNames,
    params: (r) => [integer(r, 2, 6)],
    make: ({ a: [list], p: [n], r }) => {
      const loop = (until: string): string =>
        `const result = [];\nfor (let i = 0; ${until}; i += ${n}) {\n  result.push(${list}.slice(i, i + ${n}));\n}\nreturn result;`;
      return {
        axis: rest,
        asks: [
          `Split the list into lists of ${n}.`,
          `Return the numbers in groups of ${n}.`,
          `Cut the list into pieces of ${n}.`,
        ],
        readings: { keep: loop(`i < ${list}.length`), drop: loop(`i + ${n} <= ${list}.length`) },
        inputs: [[[]], ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 1, 2 * n + 1), 1, 9)])],
      };
    },
  }),
  family<readonly [number]>('texts', 'chunk-text', {
    names: ['chunkText', 'pieces', 'textParts', 'wrapText'],
    args: textNames,
    heldOut: true,
    params: (r) => [integer(r, 2, 5)],
    make: ({ a: [text], p: [n], r }) => {
      const loop = (until: string): string =>
        `const result = [];\nfor (let i = 0; ${until}; i += ${n}) {\n  result.push(${text}.slice(i, i + ${n}));\n}\nreturn result;`;
      return {
        axis: rest,
        asks: [
          `Split the text into pieces of ${n}.`,
          `Return the text in pieces of ${n} letters.`,
          `Cut the text into parts of ${n} letters.`,
        ],
        readings: { keep: loop(`i < ${text}.length`), drop: loop(`i + ${n} <= ${text}.length`) },
        inputs: [[''], ...Array.from({ length: 7 }, () => [wordOfLength(r, integer(r, 1, 2 * n + 1))])],
      };
    },
  }),
  family<readonly [number]>('texts', 'sums-of-chunks', {
    names: ['chunkSums', 'partSums', 'blockSums', 'sumParts'],
    args: listNames,
    params: (r) => [integer(r, 2, 4)],
    make: ({ a: [list], p: [n], r }) => {
      const loop = (until: string): string =>
        `const result = [];\nfor (let i = 0; ${until}; i += ${n}) {\n  result.push(${list}.slice(i, i + ${n}).reduce((sum, value) => sum + value, 0));\n}\nreturn result;`;
      return {
        axis: rest,
        asks: [
          `Add up the numbers in groups of ${n}.`,
          `Return the sum of every ${n} numbers.`,
          `What are the sums of ${n} numbers each?`,
        ],
        readings: { keep: loop(`i < ${list}.length`), drop: loop(`i + ${n} <= ${list}.length`) },
        inputs: [[[]], ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 1, 2 * n + 1), 1, 9)])],
      };
    },
  }),
  family<readonly [string]>('texts', 'join-with', {
    names: ['joinWith', 'glue', 'chain', 'connect'],
    args: wordListNames,
    weight: 0.6,
    params: (r) => [pick(r, signs)],
    make: ({ a: [list], p: [sign] }) => ({
      asks: [
        `Join the words with '${sign}' in lower case.`,
        `Return one text: the words in lower case with '${sign}' between them.`,
        `In lower case, put '${sign}' between the words.`,
      ],
      readings: { only: `return ${list}.join('${sign}').toLowerCase();` },
      inputs: [[[]], [['A']], [['Ann', 'Bob']], [['x', 'Y', 'z']]],
    }),
  }),
];

export const textFamilies: readonly Family[] = [...replacing, ...changing, ...pieces];
