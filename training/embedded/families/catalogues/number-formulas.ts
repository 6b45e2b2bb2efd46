import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';
import { countArgs } from './count-arguments.ts';

const whole = (r: Random, k: number): Inputs => [
  ...[0, 1, 2, k, k + 1, 2 * k, 10 * k, 100].map((n) => [n]),
  ...numbers(r, 4, 3, 999).map((n) => [n]),
];

/** From one number to one answer. */
export const numberFormulas = catalogue(
  'number-formula',
  'formula calculate convert derive solve reckon',
  countArgs,
  [
    [
      'What is $k0 percent of it?|Return $k0 % of the number.|Take $k0 percent.|How much is $k0 % of this?',
      'return ($a * $k0) / 100;',
    ],
    [
      'Add $k percent to it.|Return the number plus $k %.|Raise it by $k percent.|Increase the number by $k %.',
      'return $a + ($a * $k) / 100;',
    ],
    [
      'Take $k percent off.|Return the price after a discount of $k %.|Reduce it by $k percent.|Lower the number by $k %.',
      'return $a - ($a * $k) / 100;',
    ],
    [
      'Is it divisible by $k?|Can it be divided by $k without a rest?|True if it is a multiple of $k.|Check that $k divides it.',
      'return $a % $k === 0;',
    ],
    [
      'Is it divisible by $k or by 7?|True if $k or 7 divides it.|Does $k or 7 divide the number?|Check for a multiple of $k or 7.',
      'return $a % $k === 0 || $a % 7 === 0;',
    ],
    [
      'Is it even and greater than $k0?|True for even numbers greater than $k0.|Check: even, and more than $k0.|Both even and greater than $k0?',
      'return $a % 2 === 0 && $a > $k0;',
    ],
    [
      'How far is it from $k0?|Return the distance to $k0.|Absolute difference to $k0.|By how much does it differ from $k0?',
      'return Math.abs($a - $k0);',
    ],
    [
      'Keep it between $k and $k0.|Clamp it to $k and $k0.|Not less than $k, not more than $k0.|Limit it to the range from $k to $k0.',
      'return Math.min($k0, Math.max($k, $a));',
    ],
    [
      'How many digits does it have?|Count the digits.|Return the number of digits.|Number of digits it is written with.',
      'return String($a).length;',
    ],
    [
      'Reverse its digits.|Turn the digits around, as a number.|Read it from right to left, as a number.|Write the digits backwards and return the number.',
      "return Number([...String($a)].reverse().join(''));",
    ],
    [
      'Is it the same backwards?|Do its digits read the same both ways?|True for a palindrome number.|Check that reversing the digits changes nothing.',
      "return String($a) === [...String($a)].reverse().join('');",
    ],
    [
      'What is the next multiple of $k above it?|Return the smallest multiple of $k greater than it.|Next number after it that $k divides.|Go up to the next multiple of $k, even from a multiple.',
      'return $a - ($a % $k) + $k;',
    ],
    [
      'Round it down to a multiple of $k.|Largest multiple of $k not above it.|Go down to a multiple of $k.|Cut it down to a multiple of $k.',
      'return Math.floor($a / $k) * $k;',
    ],
    [
      'What is left after dividing by $k?|Return the remainder by $k.|Remainder of a division by $k.|How many remain when grouped by $k?',
      'return $a % $k;',
    ],
    [
      'Write it with $k digits, zeros in front.|Pad it with zeros to $k digits, as text.|As text, filled with zeros in front to length $k.|Fill up with leading zeros to $k places.',
      "return String($a).padStart($k, '0');",
    ],
    [
      'How many divisors does it have? 0 has none.|Count the numbers from 1 to it that divide it.|Number of divisors, 0 for 0.|How many numbers divide it without a rest?',
      'let found = 0;\nfor (let i = 1; i <= $a; i++) {\n  if ($a % i === 0) found++;\n}\nreturn found;',
    ],
    [
      'Is it a prime number?|True for primes.|Check whether only 1 and itself divide it, from 2 on.|Prime or not?',
      'if ($a < 2) return false;\nfor (let i = 2; i * i <= $a; i++) {\n  if ($a % i === 0) return false;\n}\nreturn true;',
    ],
    [
      'How often can it be halved before it is less than 1?|Count halvings until it is below 1.|Halve it until less than 1; return how often.|Number of halvings to get below 1.',
      'let steps = 0;\nfor (let left = $a; left >= 1; left /= 2) steps++;\nreturn steps;',
    ],
    [
      'Write it in binary.|Return the binary digits as text.|As a text of zeros and ones.|Convert it to base 2.',
      'return $a.toString(2);',
    ],
    [
      'Add the numbers from 1 to it.|Sum of 1, 2, 3 and so on up to it.|What is 1 + 2 + ... up to the number?|Total of all whole numbers from 1 to it.',
      'return ($a * ($a + 1)) / 2;',
    ],
  ],
  whole,
);
