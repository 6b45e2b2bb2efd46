import { rest } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import { cycled } from '../shared/cycled.ts';

/** Groups of a size, without a word about the rest. */
export const listGroups = family<readonly [number, number, boolean]>('embedded', 'line-groups', {
  names: ['groups', 'batches', 'blocks', 'portions', 'packs', 'lots'],
  args: listArgs,
  params: (r) => [integer(r, 0, 4), integer(r, 2, 4), r() < 0.5],
  make: ({ a: [a], p: [index, k, loop], r }) => {
    const [what, value] = cycled<readonly [string, string]>(
      [
        ['return the groups', 'part'],
        ['return the sum of each', 'part.reduce((sum, n) => sum + n, 0)'],
        ['return the largest of each', 'Math.max(...part)'],
        ['return the first of each', 'part[0]'],
        ['turn each group around', 'part.reverse()'],
      ],
      index,
    );
    const part = `${a}.slice(i, i + ${k})`;
    const push = value === 'part' ? `result.push(${part});` : `const part = ${part};\n  result.push(${value});`;
    const made = `Array.from({ length: Math.ROUND(${a}.length / ${k}) }, (_, i) => ${a}.slice(i * ${k}, (i + 1) * ${k}))`;
    const after = value === 'part' ? '' : `.map((part) => ${value})`;
    const body = (full: boolean) =>
      loop
        ? `const result = [];\nfor (let i = 0; i ${full ? `+ ${k} <=` : '<'} ${a}.length; i += ${k}) {\n  ${push}\n}\nreturn result;`
        : `const parts = ${made.replace('ROUND', full ? 'floor' : 'ceil')};\nreturn parts${after};`;
    return {
      asks: [
        `Cut the list into groups of ${k} and ${what}.`,
        `Groups of ${k} in order: ${what}.`,
        `Take ${k} numbers at a time; ${what}.`,
        `Split into parts of ${k}, then ${what}.`,
      ],
      axis: rest,
      readings: { keep: body(false), drop: body(true) },
      inputs: [[[]], ...[1, k - 1, k, k + 1, 2 * k, 2 * k + 1, 7, 8].map((n) => [numbers(r, n, 0, 20)])],
    };
  },
});
