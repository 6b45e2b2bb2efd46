import { ties } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import { cycled } from '../shared/cycled.ts';

/** The best by some score, without a word about ties. */
export const bestOfList = family<readonly [number, number]>('embedded', 'line-best', {
  names: ['best', 'winner', 'favourite', 'champion', 'choose', 'chosen'],
  args: listArgs,
  params: (r) => [integer(r, 0, 4), integer(r, 5, 12)],
  make: ({ a: [a], p: [index, k], r }) => {
    const [what, score, less] = cycled<readonly [string, (n: string) => string, boolean]>(
      [
        [`closest to ${k}`, (n) => `Math.abs(${n} - ${k})`, true],
        [`farthest from ${k}`, (n) => `Math.abs(${n} - ${k})`, false],
        ['with the largest last digit', (n) => `Math.abs(${n}) % 10`, false],
        ['with the fewest digits', (n) => `String(Math.abs(${n})).length`, true],
        ['farthest from zero', (n) => `Math.abs(${n})`, false],
      ],
      index,
    );
    const op = less ? '<' : '>';
    const body = (sign: string) =>
      k % 2 === 0
        ? `return ${a}.reduce((best, n) => (${score('n')} ${sign} ${score('best')} ? n : best));`
        : `let best = ${a}[0];\nfor (const n of ${a}) {\n  if (${score('n')} ${sign} ${score('best')}) best = n;\n}\nreturn best;`;
    return {
      asks: [
        `Return the number ${what}.`,
        `Which number is the one ${what}?`,
        `Find the entry ${what}.`,
        `From a list that is not empty take the one ${what}.`,
      ],
      axis: ties,
      readings: { first: body(op), last: body(`${op}=`) },
      inputs: [
        [[k]],
        [[k - 2, k + 2]],
        [[k + 1, k - 1, 30]],
        [[3, -3, 1]],
        [[-40, 40]],
        ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 2, 6), -9, 24)]),
      ],
    };
  },
});
