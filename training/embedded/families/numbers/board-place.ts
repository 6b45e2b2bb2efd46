import { bounds } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer } from '../../../../src/shared/random.ts';

/** A step along a row of places, without a word about its bounds. */
export const boardPlace = family<readonly [number, number]>('embedded', 'number-place', {
  names: ['nextPlace', 'shift', 'advance', 'move', 'stepTo', 'goOn'],
  args: [
    ['spot', 'steps'],
    ['place', 'step'],
    ['position', 'delta'],
    ['index', 'change'],
  ],
  params: (r) => [integer(r, 4, 12), integer(r, 0, 1)],
  make: ({ a: [a, b], p: [k, minus], r }) => {
    const to = minus ? `${a} - ${b}` : `${a} + ${b}`;
    const way = minus ? 'back' : 'on';
    return {
      asks: [
        `Places go from 0 to ${k - 1}. Go ${way} by the second number.`,
        `Move ${way} by ${b} on a board with places 0 to ${k - 1}.`,
        `There are ${k} places, from 0. From ${a} go ${way} by ${b}.`,
        `Return the place ${b} further ${way} than ${a}; the last place is ${k - 1}, the first 0.`,
      ],
      axis: bounds,
      readings: {
        clamp: `return Math.min(${k - 1}, Math.max(0, ${to}));`,
        wrap: `return (((${to}) % ${k}) + ${k}) % ${k};`,
        null: `const next = ${to};\nreturn next >= 0 && next < ${k} ? next : null;`,
      },
      inputs: [
        [0, 0],
        [0, 1],
        [k - 1, 1],
        [1, 2],
        [2, k],
        [3, k - 3],
        [3, -2],
        [2, -3],
        [1, -k],
        ...Array.from({ length: 4 }, () => [integer(r, 0, k - 1), integer(r, -4, 4)]),
      ],
    };
  },
});
