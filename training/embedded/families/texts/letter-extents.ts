import { extent } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { capital } from '../shared/capitals.ts';
import { textArgs, textGroup } from './arguments.ts';

type ExtentParams = readonly [string, string, string];

/** Changes of a character, without a word about how many of them. */
export const letterExtents = family<ExtentParams>(textGroup, 'tp-extent', {
  names: ['replaceLetter', 'changeMark', 'substitute', 'edit', 'rewriteMarks', 'exchange', 'alter'],
  args: textArgs,
  params: (r) => [
    pick(r, 'replace remove double wrap upper after before'.split(' ')),
    pick(r, [...'abeilnorst-,;:']),
    pick(r, ['+', '_', '~', '!', '=', '&']),
  ],
  make: ({ a: [t], p: [action, c, d], r }) => {
    const isLetter = /[a-z]/.test(c);
    const table: Readonly<Record<string, readonly [string, string]>> = {
      replace: [`replace '${c}' by '${d}'`, d],
      remove: [`remove '${c}'`, ''],
      double: [`double the character '${c}'`, c + c],
      wrap: [`put round brackets around '${c}'`, `(${c})`],
      upper: isLetter ? [`turn '${c}' into a capital`, c.toUpperCase()] : [`turn '${c}' into a space`, ' '],
      after: [`insert '${d}' after '${c}'`, c + d],
      before: [`insert '${d}' before '${c}'`, d + c],
    };
    const [ask, by] = table[action]!;
    const inputs = Array.from({ length: 8 }, (_, index) => [
      Array.from({ length: 2 + (index % 3) }, () => wordOfLength(r, integer(r, 1, 3))).join(c),
    ]);
    const many = r() < 0.5 ? `${t}.replaceAll('${c}', '${by}')` : `${t}.split('${c}').join('${by}')`;
    return {
      asks: [
        `${capital(ask)} in the text.`,
        `In the given text, ${ask}.`,
        `The function should ${ask}.`,
        `Please ${ask} in the text and return it.`,
        `Return the text, but ${ask}.`,
      ],
      axis: extent,
      readings: {
        all: `return ${many};`,
        first: `return ${t}.replace('${c}', '${by}');`,
        last: `const index = ${t}.lastIndexOf('${c}');\nreturn index === -1 ? ${t} : ${t}.slice(0, index)${by === '' ? '' : ` + '${by}'`} + ${t}.slice(index + 1);`,
      },
      bugs: [`return ${t}.replaceAll('${by === '' ? ' ' : by}', '${c}');`, `return ${t};`],
      inputs: [[''], [c], [`${c}${c}`], ['why'], [`${c}why${c}`], ...inputs],
    };
  },
});
