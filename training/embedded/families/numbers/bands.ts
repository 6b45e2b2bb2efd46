import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';

const scales = [
  'gold silver bronze',
  'A B C',
  'high middle low',
  'hot warm cold',
  'large medium small',
  'late soon now',
];

/** One of three labels, by two limits. */
export const numberBands = family<readonly [number, number, string, number, boolean]>('embedded', 'number-bands', {
  names: ['band', 'grade', 'level', 'category', 'tier', 'labelFor'],
  args: [['score'], ['value'], ['points'], ['n'], ['amount']],
  params: (r) => [integer(r, 2, 6) * 5, integer(r, 8, 14) * 5, pick(r, scales), integer(r, 0, 2), r() < 0.5],
  make: ({ a: [a], p: [low, high, words, form, falling] }) => {
    const [x, y, z] = words.split(' ') as [string, string, string];
    const bodies = [
      `if (${a} >= ${high}) return '${x}';\nif (${a} >= ${low}) return '${y}';\nreturn '${z}';`,
      `return ${a} >= ${high} ? '${x}' : ${a} >= ${low} ? '${y}' : '${z}';`,
      `if (${a} < ${low}) return '${z}';\nreturn ${a} < ${high} ? '${y}' : '${x}';`,
    ];
    return {
      asks: falling
        ? [
            `"${x}" from ${high} on, "${y}" from ${low} on, else "${z}".`,
            `At least ${high}: "${x}", at least ${low}: "${y}", below that "${z}".`,
            `Return "${x}" for ${high} or more, "${y}" for ${low} or more, "${z}" for the rest.`,
            `${high} and up is "${x}", ${low} and up is "${y}", all else "${z}".`,
          ]
        : [
            `"${z}" for less than ${low}, "${y}" for less than ${high}, else "${x}".`,
            `Less than ${low}: "${z}"; less than ${high}: "${y}"; otherwise "${x}".`,
            `Return "${z}" if less than ${low}, "${y}" if less than ${high}, and "${x}" for the rest.`,
            `Not yet ${low} is "${z}", not yet ${high} is "${y}", all else "${x}".`,
          ],
      readings: { only: bodies[form]! },
      inputs: [0, low - 1, low, low + 1, high - 1, high, high + 1, 100, 7, -5].map((n) => [n]),
    };
  },
});
