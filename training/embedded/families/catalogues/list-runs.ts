import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, type Random } from '../../../../src/shared/random.ts';
import { listArgs } from '../shared/arguments.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';

const streaks = (r: Random): Inputs => [
  [[]],
  [[4]],
  [[2, 2]],
  [[1, 2, 3, 4]],
  [[5, 3, 3, 1]],
  ...Array.from({ length: 7 }, () => [numbers(r, integer(r, 3, 7), -1, 4)]),
];

/** Neighbours in a list: differences, totals, streaks. */
export const listRuns = catalogue(
  'list-runs',
  'steps trend course flow trace progress',
  listArgs,
  [
    [
      'Differences between neighbours.|From each number to the next: how much?|Each number minus the one before.|How much changes at each step?',
      'return $a.slice(1).map((n, i) => n - $a[i]);',
    ],
    [
      'Running totals.|For each number the sum so far.|Add up and list each subtotal.|Sums from the start up to each place.',
      'const result = [];\nlet sum = 0;\nfor (const n of $a) {\n  sum += n;\n  result.push(sum);\n}\nreturn result;',
    ],
    [
      'How often does it go up?|Count the numbers that are larger than the one before.|Number of rises.|How many steps go upwards?',
      'return $a.filter((n, i) => i > 0 && n > $a[i - 1]).length;',
    ],
    [
      'Remove repeats that follow each other.|Of equal neighbours keep one.|Collapse runs of the same number.|Drop a number equal to the one before.',
      'return $a.filter((n, i) => i === 0 || n !== $a[i - 1]);',
    ],
    [
      'Longest run of equal numbers.|How many of the same follow each other at most?|Length of the longest streak of one number.|How long is the longest repeat?',
      'let best = 0;\nlet run = 0;\nfor (let i = 0; i < $a.length; i++) {\n  run = i > 0 && $a[i] === $a[i - 1] ? run + 1 : 1;\n  best = Math.max(best, run);\n}\nreturn best;',
    ],
    [
      'Longest run of positive numbers.|How many positive ones follow each other at most?|Length of the longest positive streak.|Most positive numbers in a row.',
      'let best = 0;\nlet run = 0;\nfor (const n of $a) {\n  run = n > 0 ? run + 1 : 0;\n  best = Math.max(best, run);\n}\nreturn best;',
    ],
    [
      'For each place the largest so far.|Running maximum.|Replace each number by the largest up to it.|List the record at each place.',
      'return $a.map((_, i) => Math.max(...$a.slice(0, i + 1)));',
    ],
    [
      'Does every number exceed the one before?|Is it strictly rising?|True if each is larger than the last.|Always up, never equal?',
      'return $a.every((n, i) => i === 0 || n > $a[i - 1]);',
    ],
    [
      'Index of the first that is smaller than the one before, or -1.|Where does it first fall? -1 if never.|Find the first drop, its index, else -1.|First index with a fall, -1 without.',
      'return $a.findIndex((n, i) => i > 0 && n < $a[i - 1]);',
    ],
    [
      'Sum of each number and the next.|Add neighbours, two at a time.|For each pair of neighbours the sum.|Sums of adjacent numbers.',
      'const result = [];\nfor (let i = 0; i + 1 < $a.length; i++) result.push($a[i] + $a[i + 1]);\nreturn result;',
    ],
    [
      'Pairs of neighbours.|Each number with the next, as pairs.|List all adjacent pairs.|Two neighbours at a time, overlapping.',
      'return $a.slice(1).map((n, i) => [$a[i], n]);',
    ],
    [
      'Group equal neighbours into lists.|Split into runs of the same number.|A list for each run of equal numbers.|Put neighbours that are equal together.',
      'const result = [];\nfor (const n of $a) {\n  if (result.at(-1)?.[0] === n) result.at(-1).push(n);\n  else result.push([n]);\n}\nreturn result;',
    ],
    [
      'Do neighbours differ by less than $k?|Is every step smaller than $k?|True if no jump reaches $k.|All steps below $k?',
      'return $a.every((n, i) => i === 0 || Math.abs(n - $a[i - 1]) < $k);',
    ],
  ],
  streaks,
);
