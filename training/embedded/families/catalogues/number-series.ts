import type { Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';
import { countArgs } from './count-arguments.ts';

const small = (_: Random, k: number): Inputs => [0, 1, 2, 3, 4, 5, k, k + 3, 9].map((n) => [n]);

/** A list made from one number. */
export const numberSeries = catalogue(
  'number-list',
  'build series makeList generate produce rowOf',
  countArgs,
  [
    [
      'List so many zeros.|Return a list of that many zeros.|Zeros, as many as given.|Fill a list of this length with 0.',
      'return Array($a).fill(0);',
    ],
    [
      'The first multiples of $k, so many of them.|List that many multiples of $k, from $k on.|Count in steps of $k, starting at $k, so often.|As many multiples of $k as given.',
      'return Array.from({ length: $a }, (_, i) => (i + 1) * $k);',
    ],
    [
      'So many numbers counting up from $k.|Count up from $k, that many numbers.|List as many numbers as given, starting at $k.|Start at $k and go up by 1, so often.',
      'return Array.from({ length: $a }, (_, i) => $k + i);',
    ],
    [
      'Count down from it to 1.|List the numbers down to 1.|A countdown that ends with 1.|From the number down to 1, as a list.',
      'const result = [];\nfor (let i = $a; i >= 1; i--) result.push(i);\nreturn result;',
    ],
    [
      'List the powers of $k, so many, starting with 1.|The first powers of $k from 1 on.|Start with 1 and multiply by $k each time, so many numbers.|That many powers of $k.',
      'return Array.from({ length: $a }, (_, i) => $k ** i);',
    ],
    [
      'Alternate 1 and 0, so many in all.|A list of that length: 1, 0, 1, 0 ...|Ones and zeros in turn, starting with 1.|Switch between 1 and 0 so often.',
      'return Array.from({ length: $a }, (_, i) => (i % 2 === 0 ? 1 : 0));',
    ],
    [
      'List the squares from 1 on, so many.|The first square numbers, as many as given.|Squares of 1, 2, 3 and so on, that many.|As many squares as given, from 1.',
      'return Array.from({ length: $a }, (_, i) => (i + 1) ** 2);',
    ],
    [
      'So many Fibonacci numbers, beginning 0, 1.|Start with 0 and 1; each next is the sum of the last two.|The first Fibonacci numbers from 0.|List that many Fibonacci numbers.',
      'const result = [];\nlet [x, y] = [0, 1];\nfor (let i = 0; i < $a; i++) {\n  result.push(x);\n  [x, y] = [y, x + y];\n}\nreturn result;',
    ],
    [
      'Repeat the numbers 1 to $k until the list is so long.|Go round from 1 to $k, that many numbers.|Cycle through 1 to $k, so many in all.|Keep counting 1 to $k, so many numbers.',
      'return Array.from({ length: $a }, (_, i) => (i % $k) + 1);',
    ],
    [
      'A square grid of zeros with so many rows.|Rows of zeros, as many rows as columns.|List of that many rows with that many zeros each.|Build an empty square board of 0.',
      'return Array.from({ length: $a }, () => Array($a).fill(0));',
    ],
    [
      'Rows of stars: 1, then 2, up to that many.|A triangle of stars as a list of texts.|Each line has one star more, beginning with one.|Texts of 1 star, 2 stars and so on.',
      "return Array.from({ length: $a }, (_, i) => '*'.repeat(i + 1));",
    ],
    [
      'List 1 to the number, but "x" for multiples of $k.|Count from 1; say "x" when $k divides the number.|From 1 on, put "x" in place of multiples of $k.|Numbers from 1, multiples of $k become "x".',
      "return Array.from({ length: $a }, (_, i) => ((i + 1) % $k === 0 ? 'x' : i + 1));",
    ],
  ],
  small,
);
