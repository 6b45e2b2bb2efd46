import { numbers } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, type Random } from '../../../../src/shared/random.ts';
import { twoArgs } from '../shared/arguments.ts';
import type { Inputs } from '../shared/inputs.ts';
import { catalogue } from './catalogue.ts';

const listPairs = (r: Random): Inputs => [
  [[], []],
  [[1, 2], []],
  [[], [3]],
  [
    [1, 2, 3],
    [1, 2, 3],
  ],
  [
    [4, 2, 2, 7],
    [2, 4],
  ],
  ...Array.from({ length: 6 }, () => [numbers(r, integer(r, 1, 4), 0, 6), numbers(r, integer(r, 1, 4), 0, 6)]),
];

/** Two lists compared or joined. */
export const twoLists = catalogue(
  'list-two',
  'compareLists match contrast unite both joinLists',
  twoArgs,
  [
    [
      'Which numbers are in both lists?|Keep of the first what the second has too.|Numbers of the first that occur in the second.|The common ones, in order of the first.',
      'return $a.filter((n) => $b.includes(n));',
    ],
    [
      'Which of the first are not in the second?|Remove from the first all that the second has.|The first list without the numbers of the second.|Only in the first list.',
      'return $a.filter((n) => !$b.includes(n));',
    ],
    [
      'Return all numbers of both lists, each once.|Join the lists without repeats.|Both together without duplicates.|Unite them; no number twice.',
      'return [...$a, ...$b].filter((n, i, all) => all.indexOf(n) === i);',
    ],
    [
      'Do they share a number?|Is any number in both?|True if they have something in common.|Does one occur in both lists?',
      'return $a.some((n) => $b.includes(n));',
    ],
    [
      'Does the first contain all of the second?|Is every number of the second in the first?|True if the second has nothing new.|All of the second in the first?',
      'return $b.every((n) => $a.includes(n));',
    ],
    [
      'Are they equal, place by place?|Same numbers in the same order?|True if both lists are the same.|Compare the lists for equality.',
      'return $a.length === $b.length && $a.every((n, i) => n === $b[i]);',
    ],
    [
      'At how many places do they agree?|Count positions with the same number.|How many are equal at the same index?|Number of equal places.',
      'let same = 0;\nfor (let i = 0; i < $a.length; i++) {\n  if ($a[i] === $b[i]) same++;\n}\nreturn same;',
    ],
    [
      'Does the first start with the second?|Is the second the beginning of the first?|True if the first begins with all of the second.|Check for the second at the start of the first.',
      'return $b.every((n, i) => $a[i] === n);',
    ],
    [
      'Return the longer list, the first if equal.|Which list is longer? The first on a tie.|The one with more numbers; if equal, the first.|Choose the longer one, else the first.',
      'return $b.length > $a.length ? $b : $a;',
    ],
    [
      'Difference of their sums, first minus second.|Sum of the first minus sum of the second.|By how much is the first total above the second?|Subtract the second total from the first.',
      'const sum = (list) => list.reduce((total, n) => total + n, 0);\nreturn sum($a) - sum($b);',
    ],
    [
      'All numbers of both, smallest first.|Merge them in ascending order.|Put both together and sort ascending.|One sorted list of both, from small to large.',
      'return [...$a, ...$b].sort((x, y) => x - y);',
    ],
    [
      'Take turns between the lists; then the rest of the longer one.|Interleave them, rest at the end.|One of each in turn, then what is left.|Alternate first and second, then the remaining ones.',
      'const result = [];\nfor (let i = 0; i < Math.max($a.length, $b.length); i++) {\n  if (i < $a.length) result.push($a[i]);\n  if (i < $b.length) result.push($b[i]);\n}\nreturn result;',
    ],
    [
      'Each of the first with each of the second, as pairs.|All pairs of a first and a second.|Every combination of both lists.|Combine each with each.',
      'const pairs = [];\nfor (let i = 0; i < $a.length; i++) {\n  for (const y of $b) pairs.push([$a[i], y]);\n}\nreturn pairs;',
    ],
  ],
  listPairs,
);
