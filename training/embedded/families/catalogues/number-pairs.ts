import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { twoArgs } from '../shared/arguments.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';

const couples = (r: Random, k: number): Inputs => [
  [1, 1],
  [k, 2 * k],
  [2 * k, k],
  [100, 8],
  [7, 50],
  ...Array.from({ length: 6 }, () => numbers(r, 2, 1, 60)),
];

/** From two numbers to one answer. */
export const numberPairs = catalogue(
  'number-pair',
  'relate compareBoth between work blend mix',
  twoArgs.concat([['x', 'y']]),
  [
    [
      'What percentage of the second is the first?|The first as a percentage of the second.|How many percent of the second is the first?|Express the first in percent of the second.',
      'return ($a / $b) * 100;',
    ],
    [
      'How far apart are they?|Return the absolute difference.|Difference without a sign.|By how much do they differ?',
      'return Math.abs($a - $b);',
    ],
    [
      'Return the average of both.|What lies halfway between the two?|Mean of the two numbers.|The middle between them.',
      'return ($a + $b) / 2;',
    ],
    [
      'Return the first to the power of the second, modulo $k0.|Power of the two, remainder by $k0.|Raise the first to the second; keep the remainder by $k0.|First to the power of second, modulo $k0.',
      'let power = 1;\nfor (let i = 0; i < $b; i++) power = (power * $a) % $k0;\nreturn power;',
    ],
    [
      'Larger minus smaller, times $k.|$k times the distance between them.|Multiply their absolute difference by $k.|Their difference without sign, $k times.',
      'return (Math.max($a, $b) - Math.min($a, $b)) * $k;',
    ],
    [
      'Does one of them divide the other?|True if either is a multiple of the other.|Is one a multiple of the other?|Check divisibility in either direction.',
      'return $a % $b === 0 || $b % $a === 0;',
    ],
    [
      'Find the greatest common divisor.|Largest number that divides both.|Which is the largest common divisor?|Return the greatest divisor they share.',
      'let large = $a;\nlet small = $b;\nwhile (small !== 0) [large, small] = [small, large % small];\nreturn large;',
    ],
    [
      'Are both even or both odd?|True if they have the same parity.|Is their parity the same?|Both even, or both odd?',
      'return $a % 2 === $b % 2;',
    ],
    [
      'Do they end in the same digit?|Is their last digit equal?|True if the last digits match.|Compare their last digits.',
      'return $a % 10 === $b % 10;',
    ],
    [
      'Is exactly one of them greater than $k?|True if only one of the two is greater than $k.|One greater than $k, the other not?|Check that just one is greater than $k.',
      'return $a > $k !== $b > $k;',
    ],
    [
      '-1 if the first is smaller, 1 if it is larger, 0 if equal.|Compare them: -1, 0 or 1.|Sign of first minus second.|Return the order of the two as -1, 0 or 1.',
      'if ($a < $b) return -1;\nreturn $a > $b ? 1 : 0;',
    ],
    [
      'Price of the first number of pieces at the second price each, minus $k.|First times second, less $k.|Multiply them and subtract $k.|Product of both, reduced by $k.',
      'return $a * $b - $k;',
    ],
    [
      'How many whole times does the second fit into the first?|Divide the first by the second, without the rest.|Whole part of first divided by second.|Integer division of the two.',
      'return Math.floor($a / $b);',
    ],
    [
      'Area of a rectangle of these sides, with a border of $k around it.|Both plus $k on each side, multiplied.|Area with $k added on every side.|Add a margin of $k on all sides and return the area.',
      'return ($a + 2 * $k) * ($b + 2 * $k);',
    ],
  ],
  couples,
);
