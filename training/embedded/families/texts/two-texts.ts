import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { someWords, wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { textGroup } from './arguments.ts';
import { separators } from './marks.ts';

type TwoParams = readonly [string, string];

/** Two texts compared or put together. */
export const twoTexts = family<TwoParams>(textGroup, 'tp-two-texts', {
  names: ['compareTexts', 'relate', 'between', 'combine', 'match', 'confront', 'bothTexts'],
  args: [
    ['a', 'b'],
    ['first', 'second'],
    ['left', 'right'],
    ['one', 'other'],
    ['text', 'word'],
    ['before', 'after'],
  ],
  params: (r) => [
    pick(
      r,
      'longer shorter alphabet sum diff same starts ends contains either anagram common uncommon prefix different zip overlap glue count where without both order insert'.split(
        ' ',
      ),
    ),
    pick(r, separators),
  ],
  make: ({ a: [a, b], p: [action, sep], r }) => {
    const table: Readonly<Record<string, readonly [string, string]>> = {
      longer: [
        `return the longer text, ${a} if they are equally long`,
        `return ${a}.length >= ${b}.length ? ${a} : ${b};`,
      ],
      shorter: [
        `return the shorter text, ${b} if they are equally long`,
        `return ${a}.length < ${b}.length ? ${a} : ${b};`,
      ],
      alphabet: ['return the text that comes first in the alphabet', `return ${a} < ${b} ? ${a} : ${b};`],
      sum: ['return how many characters they have together', `return ${a}.length + ${b}.length;`],
      diff: ['return by how many characters their lengths differ', `return Math.abs(${a}.length - ${b}.length);`],
      same: ['check that they are the same apart from spaces around them', `return ${a}.trim() === ${b}.trim();`],
      starts: ['check that they start with the same letter', `return ${a}.charAt(0) === ${b}.charAt(0);`],
      ends: ['check that they end with the same letter', `return ${a}.slice(-1) === ${b}.slice(-1);`],
      contains: [`check whether ${a} contains ${b}`, `return ${a}.includes(${b});`],
      either: ['check whether one of them contains the other', `return ${a}.includes(${b}) || ${b}.includes(${a});`],
      anagram: [
        'check that they have the same letters in any order',
        `return [...${a}].sort().join('') === [...${b}].sort().join('');`,
      ],
      common: [
        `return the letters of ${a} that ${b} has too`,
        `return [...${a}].filter((char) => ${b}.includes(char)).join('');`,
      ],
      uncommon: [
        `return the letters of ${a} that ${b} does not have`,
        `return [...${a}].filter((char) => !${b}.includes(char)).join('');`,
      ],
      prefix: [
        'return what both have in common at the start',
        `let i = 0;\nfor (; i < ${a}.length; i++) {\n  if (${a}[i] !== ${b}[i]) break;\n}\nreturn ${a}.slice(0, i);`,
      ],
      different: [
        `count the places of ${a} where ${b} has another letter or none`,
        `return [...${a}].filter((char, index) => char !== ${b}[index]).length;`,
      ],
      zip: [
        `put after each letter of ${a} the letter of ${b} at the same place, if any`,
        `return [...${a}].map((char, index) => char + (${b}[index] ?? '')).join('');`,
      ],
      overlap: [
        'check whether they have any letter in common',
        `return [...${a}].some((char) => ${b}.includes(char));`,
      ],
      glue: [
        `join them with '${sep}', but leave out empty ones`,
        `return [${a}, ${b}].filter((part) => part !== '').join('${sep}');`,
      ],
      count: [
        `count how many letters of ${a} are in ${b}`,
        `let count = 0;\nfor (const char of ${a}) {\n  if (${b}.includes(char)) count++;\n}\nreturn count;`,
      ],
      where: [
        'return the index where they first differ, or -1 if they are equal',
        `for (let i = 0; i < Math.max(${a}.length, ${b}.length); i++) {\n  if (${a}[i] !== ${b}[i]) return i;\n}\nreturn -1;`,
      ],
      without: [
        `remove ${b} from the start of ${a} if it is there`,
        `return ${a}.startsWith(${b}) ? ${a}.slice(${b}.length) : ${a};`,
      ],
      both: ['check that both are longer than 3 characters', `return ${a}.length > 3 && ${b}.length > 3;`],
      order: [
        'return them in a list, the shorter one in front',
        `return ${b}.length < ${a}.length ? [${b}, ${a}] : [${a}, ${b}];`,
      ],
      insert: [
        `put ${b} into the middle of ${a}; if its length is odd, the left half is shorter`,
        `const middle = Math.floor(${a}.length / 2);\nreturn ${a}.slice(0, middle) + ${b} + ${a}.slice(middle);`,
      ],
    };
    const [ask, body] = table[action]!;
    const near = (word: string): string => pick(r, [word.slice(0, -1), word.slice(1), [...word].reverse().join('')]);
    const inputs = Array.from({ length: 6 }, (_, index): readonly Json[] => {
      const word = wordOfLength(r, integer(r, 3, 5));
      const other = index % 2 === 0 ? near(word) : word.slice(0, 2) + wordOfLength(r, integer(r, 1, 3));
      return r() < 0.5 ? [word, other] : [other, word];
    });
    const word = someWords(r, 3);
    return {
      asks: [
        `Given ${a} and ${b}, ${ask}.`,
        `There are two texts, ${a} and ${b}: ${ask}.`,
        `Take two texts and ${ask}.`,
        `Compare two texts: ${ask}.`,
        `With two texts, ${ask}.`,
      ],
      readings: { only: body },
      bugs: [
        body.replace(new RegExp(`\\b${a}\\b|\\b${b}\\b`, 'g'), (found) => (found === a ? b! : a!)),
        `return ${a} === ${b};`,
      ],
      inputs: [
        ['', ''],
        ['', 'ab'],
        ['abc', ''],
        [word[0]!, word[0]!],
        [word[1]!, word[2]!],
        [` ${word[1]}`, `${word[1]} `],
        ['tan', 'nat'],
        ...inputs,
      ],
    };
  },
});
