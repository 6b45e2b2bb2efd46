import { base } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { textGroup, wordListArgs } from './arguments.ts';
import { letters } from './marks.ts';
import { wordFilter, wordFilters } from './word-filters.ts';
import { wordLists } from './word-inputs.ts';

type PlaceParams = readonly [string, number, string, string];

/** Positions in a list of words, without a word about where counting starts. */
export const wordPlaces = family<PlaceParams>(textGroup, 'tp-places', {
  names: ['positionOf', 'placeOf', 'locate', 'rankIn', 'whereIs', 'spotOf', 'positions'],
  args: wordListArgs,
  params: (r) => [
    pick(r, ['longest', 'shortest', 'earliest', 'first', 'all', 'last', 'label']),
    integer(r, 3, 5),
    pick(r, letters),
    pick(r, wordFilters.slice(0, 12)),
  ],
  make: ({ a: [list], p: [action, k, c, filter], r }) => {
    const [what, yes] = wordFilter(filter, k, c);
    const found = (index: string): Readonly<Record<string, string>> => ({
      zero: `${index}\nreturn index;`,
      one: `${index}\nreturn index + 1;`,
      back: `${index}\nreturn ${list}.length - index;`,
    });
    const orNull = (index: string): Readonly<Record<string, string>> => ({
      zero: `${index}\nreturn index === -1 ? null : index;`,
      one: `${index}\nreturn index === -1 ? null : index + 1;`,
      back: `${index}\nreturn index === -1 ? null : ${list}.length - index;`,
    });
    const every = (value: string): string => `return ${list}.flatMap((word, index) => (${yes} ? [${value}] : []));`;
    const label = (value: string): string => `return ${list}.map((word, index) => \`\${${value}}: \${word}\`);`;
    const best = (compare: string): string =>
      `let index = 0;\nfor (let i = 1; i < ${list}.length; i++) {\n  if (${compare}) index = i;\n}`;
    const table: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
      longest: [
        'return the position of the longest word (the first of equals)',
        found(best(`${list}[i].length > ${list}[index].length`)),
      ],
      shortest: [
        'return the position of the shortest word (the first of equals)',
        found(best(`${list}[i].length < ${list}[index].length`)),
      ],
      earliest: [
        'return the position of the word that comes first in the alphabet',
        found(best(`${list}[i] < ${list}[index]`)),
      ],
      first: [
        `return the position of the first of the ${what}, or null`,
        orNull(`const index = ${list}.findIndex((word) => ${yes});`),
      ],
      last: [
        `return the position of the last of the ${what}, or null`,
        orNull(`const index = ${list}.findLastIndex((word) => ${yes});`),
      ],
      all: [
        `list the positions of the ${what}`,
        { zero: every('index'), one: every('index + 1'), back: every(`${list}.length - index`) },
      ],
      label: [
        "put its position and ': ' before each word",
        { zero: label('index'), one: label('index + 1'), back: label(`${list}.length - index`) },
      ],
    };
    const [ask, readings] = table[action]!;
    const lists = wordLists(r, k, c);
    return {
      asks: [
        `${capital(ask)}.`,
        `In the list, ${ask}.`,
        `Given a list of words, ${ask}.`,
        `Please ${ask}.`,
        `I would like to ${ask}.`,
      ],
      axis: base,
      readings,
      inputs: ['first', 'last', 'all', 'label'].includes(action) ? lists : lists.slice(1),
    };
  },
});
