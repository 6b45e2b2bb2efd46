import { letterCase } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { someWords } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { opposite } from '../shared/opposite.ts';
import { textGroup } from './arguments.ts';

const swapped = (word: string): string => (word === word.toLowerCase() ? capital(word) : word.toLowerCase());

type CaseParams = readonly [string, string, number];

/** Words compared with a text, without a word about case. */
export const casedWords = family<CaseParams>(textGroup, 'tp-cased', {
  names: ['matching', 'textSearch', 'compareWords', 'matches', 'lookFor', 'related', 'hits'],
  args: [
    ['words', 'part'],
    ['names', 'query'],
    ['list', 'text'],
    ['tags', 'wanted'],
    ['titles', 'key'],
    ['labels', 'term'],
  ],
  params: (r) => [
    pick(r, 'starts ends contains equal without'.split(' ')),
    pick(r, 'filter count some every find index drop first join'.split(' ')),
    integer(r, 1, 3),
  ],
  make: ({ a: [list, part], p: [test, action, n], r }) => {
    const tests: Readonly<Record<string, readonly [string, (a: string, b: string) => string]>> = {
      starts: [`that start with ${part}`, (a, b) => `${a}.startsWith(${b})`],
      ends: [`that end with ${part}`, (a, b) => `${a}.endsWith(${b})`],
      contains: [`that contain ${part}`, (a, b) => `${a}.includes(${b})`],
      equal: [`that are equal to ${part}`, (a, b) => `${a} === ${b}`],
      without: [`that do not contain ${part}`, (a, b) => `!${a}.includes(${b})`],
    };
    const noun = list === 'list' ? 'words' : list!;
    const [which, yes] = tests[test]!;
    const actions: Readonly<Record<string, readonly [string, (yes: string) => string]>> = {
      filter: [`return the ${noun} ${which}`, (yes) => `return ${list}.filter((word) => ${yes});`],
      count: [`count the ${noun} ${which}`, (yes) => `return ${list}.filter((word) => ${yes}).length;`],
      some: [`check whether there are any ${noun} ${which}`, (yes) => `return ${list}.some((word) => ${yes});`],
      every: [`check whether there are only ${noun} ${which}`, (yes) => `return ${list}.every((word) => ${yes});`],
      find: [
        `return the first of the ${noun} ${which}, or null`,
        (yes) => `return ${list}.find((word) => ${yes}) ?? null;`,
      ],
      index: [
        `return the index of the first of the ${noun} ${which}, or -1`,
        (yes) => `return ${list}.findIndex((word) => ${yes});`,
      ],
      drop: [
        `return the list without the ${noun} ${which}`,
        (yes) => `return ${list}.filter((word) => ${opposite(yes)});`,
      ],
      first: [
        `return at most ${n} of the ${noun} ${which}`,
        (yes) => `return ${list}.filter((word) => ${yes}).slice(0, ${n});`,
      ],
      join: [`join the ${noun} ${which} with commas`, (yes) => `return ${list}.filter((word) => ${yes}).join(',');`],
    };
    const [ask, build] = actions[action]!;
    const one = yes('word.toLowerCase()', `${part}.toLowerCase()`);
    const few = `const wanted = ${part}.toLowerCase();\n${build(yes('word.toLowerCase()', 'wanted'))}`;
    const other = tests[test === 'contains' ? 'starts' : 'contains']![1];
    const inputs = Array.from({ length: 10 }, (_, index): readonly Json[] => {
      const some = someWords(r, 2 + (index % 3));
      const key = pick(r, [some[0]!, some[0]!.slice(0, 2), some[1]!.slice(-2), some[0]!.slice(1)]);
      const turned = pick(r, [key, swapped(key), key.toUpperCase()]);
      return [[...some, swapped(some[0]!), some[1]!.toUpperCase()], turned];
    });
    return {
      asks: [
        `${capital(ask)}.`,
        `Given ${noun} and ${part}: ${ask}.`,
        `The function should ${ask}.`,
        `Please ${ask}.`,
        `I want to ${ask}.`,
      ],
      axis: letterCase,
      readings: {
        exact: build(yes('word', part!)),
        same: part !== 'wanted' && r() < 0.5 ? few : build(one),
      },
      bugs: [build(other('word', part!)), build(yes('word', `${part}.toLowerCase()`))],
      inputs: [[[], 'a'], ...inputs],
    };
  },
});
