import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { opposite } from '../shared/opposite.ts';
import { textGroup, wordListArgs } from './arguments.ts';
import { letters } from './marks.ts';
import { wordFilter, wordFilters } from './word-filters.ts';
import { wordLists } from './word-inputs.ts';

type AskedParams = readonly [string, string, number, string, boolean];

/** A question about the words of a list that have a property. */
export const askedWords = family<AskedParams>(textGroup, 'tp-asked-words', {
  names: ['checkWords', 'look', 'answer', 'findOut', 'inspect', 'probe', 'query'],
  args: wordListArgs,
  params: (r) => [
    pick(r, wordFilters),
    pick(r, 'any all none count first last index remove moved both share twoOf until after pairs'.split(' ')),
    integer(r, 3, 5),
    pick(r, letters),
    r() < 0.5,
  ],
  make: ({ a: [list], p: [which, question, k, c, loop], r }) => {
    const [what, yes] = wordFilter(which, k, c);
    const one = what
      .replace('words that', 'word that')
      .replace(/^words /, 'word ')
      .replace(/\bstart\b/, 'starts');
    const a = one
      .replace(/\bend\b/, 'ends')
      .replace(/\bcontain\b/, 'contains')
      .replace('do not starts', 'does not start');
    const table: Readonly<Record<string, readonly [string, string, string]>> = {
      any: [
        `check whether there is a ${a}`,
        `return ${list}.some((word) => ${yes});`,
        `for (const word of ${list}) {\n  if (${yes}) return true;\n}\nreturn false;`,
      ],
      all: [
        `check whether all are ${what}`,
        `return ${list}.every((word) => ${yes});`,
        `for (const word of ${list}) {\n  if (${opposite(yes)}) return false;\n}\nreturn true;`,
      ],
      none: [
        `check that there are no ${what}`,
        `return !${list}.some((word) => ${yes});`,
        `return ${list}.every((word) => ${opposite(yes)});`,
      ],
      count: [
        `count the ${what}`,
        `return ${list}.filter((word) => ${yes}).length;`,
        `let count = 0;\nfor (const word of ${list}) {\n  if (${yes}) count += 1;\n}\nreturn count;`,
      ],
      first: [
        `return the first ${a}, or null`,
        `return ${list}.find((word) => ${yes}) ?? null;`,
        `for (const word of ${list}) {\n  if (${yes}) return word;\n}\nreturn null;`,
      ],
      last: [
        `return the last ${a}, or an empty text`,
        `return ${list}.findLast((word) => ${yes}) ?? '';`,
        `let result = '';\nfor (const word of ${list}) {\n  if (${yes}) result = word;\n}\nreturn result;`,
      ],
      index: [
        `return the index of the first ${a}, or -1`,
        `return ${list}.findIndex((word) => ${yes});`,
        `for (const [index, word] of ${list}.entries()) {\n  if (${yes}) return index;\n}\nreturn -1;`,
      ],
      remove: [
        `leave out the ${what}`,
        `return ${list}.filter((word) => ${opposite(yes)});`,
        `return ${list}.flatMap((word) => (${yes} ? [] : [word]));`,
      ],
      moved: [
        `put the ${what} in front of the others`,
        `const front = ${list}.filter((word) => ${yes});\nconst rest = ${list}.filter((word) => ${opposite(yes)});\nreturn [...front, ...rest];`,
        `const front = [];\nconst rest = [];\nfor (const word of ${list}) {\n  if (${yes}) front.push(word);\n  else rest.push(word);\n}\nreturn front.concat(rest);`,
      ],
      both: [
        `return two lists: the ${what}, and the others`,
        `return [${list}.filter((word) => ${yes}), ${list}.filter((word) => ${opposite(yes)})];`,
        `const result = [[], []];\nfor (const word of ${list}) {\n  result[${yes.includes('||') ? `(${yes})` : yes} ? 0 : 1].push(word);\n}\nreturn result;`,
      ],
      share: [
        `check whether most are ${what}`,
        `return ${list}.filter((word) => ${yes}).length > ${list}.length / 2;`,
        `const found = ${list}.filter((word) => ${yes});\nreturn found.length * 2 > ${list}.length;`,
      ],
      twoOf: [
        `check whether there are at least two ${what}`,
        `return ${list}.filter((word) => ${yes}).length >= 2;`,
        `const found = ${list}.filter((word) => ${yes});\nreturn found.length > 1;`,
      ],
      until: [
        `return what comes before the first ${a}; all if there is none`,
        `const index = ${list}.findIndex((word) => ${yes});\nreturn index === -1 ? ${list} : ${list}.slice(0, index);`,
        `const result = [];\nfor (const word of ${list}) {\n  if (${yes}) break;\n  result.push(word);\n}\nreturn result;`,
      ],
      after: [
        `return the list from the first ${a} on; empty if there is none`,
        `const index = ${list}.findIndex((word) => ${yes});\nreturn index === -1 ? [] : ${list}.slice(index);`,
        `const result = [];\nfor (const word of ${list}) {\n  if (result.length > 0 || ${yes}) result.push(word);\n}\nreturn result;`,
      ],
      pairs: [
        `return an object with the lengths of the ${what}, by word`,
        `const found = ${list}.filter((word) => ${yes});\nreturn Object.fromEntries(found.map((word) => [word, word.length]));`,
        `const lengths = {};\nfor (const word of ${list}) {\n  if (${yes}) lengths[word] = word.length;\n}\nreturn lengths;`,
      ],
    };
    const [ask, plain, other] = table[question]!;
    const [, wrong] = wordFilter(wordFilters[(wordFilters.indexOf(which) + 3) % wordFilters.length]!, k, c);
    return {
      asks: [
        `${capital(ask)}.`,
        `In the list, ${ask}.`,
        `Given a list of words, ${ask}.`,
        `I need a function to ${ask}.`,
        `Go through the words and ${ask}.`,
      ],
      readings: { only: loop ? other : plain },
      bugs: [plain.replaceAll(yes, wrong), plain.replaceAll(yes, opposite(yes))],
      inputs: wordLists(r, k, c),
    };
  },
});
