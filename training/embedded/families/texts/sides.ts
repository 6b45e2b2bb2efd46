import { side } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { someWords, wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { textArgs, textGroup } from './arguments.ts';

type SideParams = readonly [string, string, number];

/** Changes at the edge of a text, without a word about the side. */
export const textSides = family<SideParams>(textGroup, 'tp-sides', {
  names: ['atTheSide', 'adjust', 'reshape', 'fix', 'edgeOf', 'alterText', 'format'],
  args: textArgs,
  params: (r) => [
    pick(r, 'add pad cut strip stripAll check wrapDots mask'.split(' ')),
    pick(r, ['*', '-', '.', '0', '#', '_', '=']),
    integer(r, 2, 4),
  ],
  make: ({ a: [text], p: [action, c, k], r }) => {
    const t = text!;
    const width = k + 5;
    const mark = c.repeat(k);
    const e = c === '*' || c === '.' ? `\\${c}` : c;
    const table: Readonly<Record<string, readonly [readonly string[], string, string, string]>> = {
      add: [
        [`Add '${mark}' to the text.`, `Attach '${mark}' to the text.`, `Extend the text by '${mark}'.`],
        `return '${mark}' + ${t};`,
        `return ${t} + '${mark}';`,
        `return \`${mark}\${${t}}${mark}\`;`,
      ],
      pad: [
        [`Pad the text with '${c}' to ${width} characters.`, `Fill the text up with '${c}' to length ${width}.`],
        `return ${t}.padStart(${width}, '${c}');`,
        `return ${t}.padEnd(${width}, '${c}');`,
        `const left = Math.floor((${width} + ${t}.length) / 2);\nreturn ${t}.padStart(left, '${c}').padEnd(${width}, '${c}');`,
      ],
      cut: [
        [`Cut ${k} characters off the text.`, `Drop ${k} characters of the text.`, `Remove ${k} characters.`],
        `return ${t}.slice(${k});`,
        `return ${t}.slice(0, -${k});`,
        `return ${t}.slice(${k}, -${k});`,
      ],
      strip: [
        [`Take one '${c}' off the text if it is there.`, `Drop one '${c}' of the text, if it has one there.`],
        `return ${t}.startsWith('${c}') ? ${t}.slice(1) : ${t};`,
        `return ${t}.endsWith('${c}') ? ${t}.slice(0, -1) : ${t};`,
        `return ${t}.replace(/^${e}/, '').replace(/${e}$/, '');`,
      ],
      stripAll: [
        [`Strip every '${c}' off the edge of the text.`, `Trim the '${c}' characters of the text away.`],
        `return ${t}.replace(/^${e}+/, '');`,
        `return ${t}.replace(/${e}+$/, '');`,
        `return ${t}.replace(/^${e}+|${e}+$/g, '');`,
      ],
      check: [
        [`Check whether the text has '${c}' at its edge.`, `Is there a '${c}' at the edge of the text?`],
        `return ${t}.startsWith('${c}');`,
        `return ${t}.endsWith('${c}');`,
        `return ${t}.startsWith('${c}') && ${t}.endsWith('${c}');`,
      ],
      wrapDots: [
        [`Shorten a text longer than ${width} to ${width - 3} characters; put '...' where it is cut.`],
        `return ${t}.length > ${width} ? '...' + ${t}.slice(-${width - 3}) : ${t};`,
        `return ${t}.length > ${width} ? ${t}.slice(0, ${width - 3}) + '...' : ${t};`,
        '',
      ],
      mask: [
        [`Hide ${k} characters of the text behind '${c}'.`, `Mask ${k} characters of the text with '${c}'.`],
        `return [...${t}].map((char, index) => (index < ${k} ? '${c}' : char)).join('');`,
        `return [...${t}].map((char, index) => (index >= ${t}.length - ${k} ? '${c}' : char)).join('');`,
        `return [...${t}].map((char, i) => (i < ${k} || i >= ${t}.length - ${k} ? '${c}' : char)).join('');`,
      ],
    };
    const [asks, start, end, both] = table[action]!;
    const first = asks[0]!;
    const lowered = `${first.charAt(0).toLowerCase()}${first.slice(1)}`;
    const extra = first.startsWith('Check')
      ? [`Please ${lowered}`, `The function should ${lowered}`, `Tell me: ${asks[1]}`]
      : [`Please ${lowered}`, `The function should ${lowered}`, `I want to ${lowered}`];
    const some = someWords(r, 4);
    return {
      asks: [...asks, ...extra],
      axis: side,
      readings: { end, start, ...(both !== '' && { both }) },
      bugs: [`return ${t};`],
      inputs: [
        [''],
        [c],
        [`${c}${c}${some[0]}`],
        [`${some[1]}${c}${c}`],
        [`${c}${some[2]}${c}`],
        [`${c}${some[3]}${c}${some[0]}`],
        [some.slice(0, 3).join(c)],
        [wordOfLength(r, width)],
        [wordOfLength(r, width + 1)],
        [`${c}${c}${wordOfLength(r, 5)}${c}${c}`],
      ],
    };
  },
});
