import { words as wordsAxis } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { textArgs, textGroup } from './arguments.ts';
import { letters } from './marks.ts';
import { wordChange, wordChanges } from './word-changes.ts';
import { fittingWords } from './word-inputs.ts';

type WordParams = readonly [string, number, string, string];

/** Changes of words in a text, without a word about which. */
export const whichWords = family<WordParams>(textGroup, 'tp-which-word', {
  names: ['styleWords', 'markWords', 'emphasise', 'highlight', 'restyle', 'decorate', 'changeWords'],
  args: textArgs,
  params: (r) => [
    pick(
      r,
      wordChanges.filter((change) => change !== 'lower'),
    ),
    integer(r, 2, 3),
    pick(r, letters),
    pick(r, [' ', ' ', '-', ',']),
  ],
  make: ({ a: [t], p: [change, k, c, sep], r }) => {
    const [verb, value] = wordChange(change, k, c);
    const parts = sep === ' ' ? '' : ` (they are split by '${sep}')`;
    const split = `${t}.split('${sep}')`;
    const ask = `${verb} the words`;
    const pickOne = (condition: string): string =>
      `return ${split}.map((word, index${condition.includes('all') ? ', all' : ''}) => (${condition} ? ${value} : word)).join('${sep}');`;
    const needsParens = (condition: string): string =>
      value.includes('?')
        ? `return ${split}.map((word, index${condition.includes('all') ? ', all' : ''}) => (${condition} ? (${value}) : word)).join('${sep}');`
        : pickOne(condition);
    return {
      asks: [
        `${capital(ask)} of the text${parts}.`,
        `In the text, ${ask}${parts}.`,
        `The function should ${ask} of a text${parts}.`,
        `Take a text and ${ask} in it${parts}.`,
        `Please ${ask} in this text${parts}.`,
      ],
      axis: wordsAxis,
      readings: {
        each: `return ${split}.map((word) => ${value}).join('${sep}');`,
        first:
          r() < 0.5 && !value.includes('?')
            ? `const [word, ...rest] = ${split};\nreturn [${value}, ...rest].join('${sep}');`
            : needsParens('index === 0'),
        last: needsParens('index === all.length - 1'),
      },
      bugs: [`return ${split}.map((word) => ${value}).join('');`],
      inputs: [
        [c],
        ...Array.from({ length: 9 }, (_, index) => [fittingWords(r, 3, c, 1 + (index % 4)).join(sep)]),
        [`${c}at${c}${sep}${c}o${c}${sep}${c}u${c}`],
      ],
    };
  },
});
