import { direction } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { textGroup, wordListArgs } from './arguments.ts';

type SortParams = readonly [string, string, number];

/** Words by some key, without a word about the direction. */
export const sortedWords = family<SortParams>(textGroup, 'tp-sorted', {
  names: ['arrange', 'ordered', 'sortWords', 'inOrder', 'lineUp', 'ranked', 'sortedBy'],
  args: wordListArgs,
  params: (r) => [
    pick(r, 'length vowels spaces last digits'.split(' ')),
    pick(r, ['list', 'text', 'head', 'one', 'keys']),
    integer(r, 2, 3),
  ],
  make: ({ a: [list], p: [key, result, n], r }) => {
    const keys: Readonly<Record<string, readonly [string, (word: string) => string]>> = {
      length: ['their length', (word) => `${word}.length`],
      vowels: ['their number of vowels', (word) => `${word}.replace(/[^aeiou]/g, '').length`],
      spaces: ["how many 'a' they have", (word) => `${word}.split('a').length`],
      last: ['the code of their last letter', (word) => `${word}.charCodeAt(${word}.length - 1)`],
      digits: ['the number at their end', (word) => `Number(${word}.match(/\\d+$/)[0])`],
    };
    const [by, value] = keys[key]!;
    const results: Readonly<Record<string, readonly [string, string]>> = {
      list: [`sort the words by ${by}`, ''],
      text: [`sort the words by ${by} and join them with spaces`, ".join(' ')"],
      head: [`sort the words by ${by} and return ${n} from the front`, `.slice(0, ${n})`],
      one: [`sort the words by ${by} and return the one in front, or null`, '[0] ?? null'],
      keys: [`sort the words by ${by} and upper-case them`, '.map((word) => word.toUpperCase())'],
    };
    const [ask, tail] = results[result]!;
    const sort = (one: string, other: string): string =>
      `return [...${list}].sort((a, b) => ${value(one)} - ${value(other)})${tail};`;
    const inputs = Array.from({ length: 10 }, (_, index) => [
      Array.from({ length: 2 + (index % 4) }, () =>
        key === 'digits' ? `${wordOfLength(r, 1)}${integer(r, 1, 120)}` : wordOfLength(r, integer(r, 1, 6)),
      ),
    ]);
    return {
      asks: [
        `${capital(ask)}.`,
        `Given a list, ${ask}.`,
        `The function should ${ask}.`,
        `Please ${ask}.`,
        `I want to ${ask}.`,
      ],
      axis: direction,
      readings: { up: sort('a', 'b'), down: sort('b', 'a') },
      bugs: [`return [...${list}].sort()${tail};`, `return [...${list}].reverse()${tail};`],
      inputs: [[[]], ...inputs],
    };
  },
});
