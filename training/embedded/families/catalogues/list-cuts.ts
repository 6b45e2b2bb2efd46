import { listArgs } from '../shared/arguments.ts';
import { numberLists } from '../shared/number-lists.ts';
import { catalogue } from './catalogue.ts';

/** Parts of a list and changes by index. */
export const listCuts = catalogue(
  'list-cut',
  'cut trim part pieces portion section',
  listArgs,
  [
    [
      'Skip the first $k numbers.|Return the list without its first $k.|Drop $k from the front.|Leave the first $k out.',
      'return $a.slice($k);',
    ],
    [
      'Return the first $k.|Keep only $k from the front.|Take $k numbers from the start.|Cut the list after $k.',
      'return $a.slice(0, $k);',
    ],
    [
      'Return the last $k.|Keep only $k from the end.|Take the $k at the back.|Only the final $k numbers.',
      'return $a.slice(-$k);',
    ],
    [
      'Drop the last $k.|Return all but the last $k.|Remove $k from the end.|Leave the final $k out.',
      'return $a.slice(0, -$k);',
    ],
    [
      'Remove the first and the last.|Only what is between first and last.|Drop one at each end.|All but the two ends.',
      'return $a.slice(1, -1);',
    ],
    [
      'Take every $o number, starting with the first.|The first, then every $o after it.|Begin with the first and step by $k.|Go through in steps of $k from the first.',
      'return $a.filter((_, i) => i % $k === 0);',
    ],
    [
      'Swap the first and the last.|First and last change places.|Exchange the two ends.|Put the last in front and the first at the end.',
      'if ($a.length < 2) return $a;\nreturn [$a.at(-1), ...$a.slice(1, -1), $a[0]];',
    ],
    [
      'Move the first $k to the end.|Rotate it: the first $k go to the back.|Put the first $k behind the others.|Take $k from the front and append them.',
      'return [...$a.slice($k), ...$a.slice(0, $k)];',
    ],
    [
      'Move the last $k to the front.|Rotate it: the last $k come first.|Put the last $k before the others.|Take $k from the back and put them in front.',
      'return [...$a.slice(-$k), ...$a.slice(0, -$k)];',
    ],
    [
      'Append the list backwards to itself.|The list, then the same in reverse.|Mirror the list at its end.|Follow the list by its reverse.',
      'return [...$a, ...[...$a].reverse()];',
    ],
    [
      'Repeat each number $k times in place.|Every number $k times in a row.|Write each number $k times.|Each one becomes $k of it.',
      'return $a.flatMap((n) => Array($k).fill(n));',
    ],
    [
      'Put a 0 between any two.|Insert 0 between neighbours.|Separate the numbers by zeros.|A zero between each number and the next.',
      'return $a.flatMap((n, i) => (i === 0 ? [n] : [0, n]));',
    ],
    [
      'Fill up with zeros to $k numbers.|Append zeros until there are $k.|At least $k long: add zeros at the end.|Lengthen the list to $k by zeros.',
      'const result = [...$a];\nwhile (result.length < $k) result.push(0);\nreturn result;',
    ],
    [
      'Remove the one at index $k.|Drop index $k.|Leave out what is at index $k.|All but the one at index $k.',
      'return $a.filter((_, i) => i !== $k);',
    ],
    [
      'Turn the first $k around, keep the rest.|Reverse only the first $k.|The first $k backwards, then the others.|Flip the start of length $k.',
      'return [...$a.slice(0, $k).reverse(), ...$a.slice($k)];',
    ],
    [
      'Multiply each number by its index.|Each one times its index.|Weight the numbers by index from 0.|Number times index, for each.',
      'return $a.map((n, i) => n * i);',
    ],
    [
      'Set every number at an even index to 0.|Zero at the even indexes.|Put 0 at index 0, 2, 4 and so on.|Clear the even indexes to 0.',
      'return $a.map((n, i) => (i % 2 === 0 ? 0 : n));',
    ],
  ],
  (r, k) => [...numberLists(r, k), [[1, 2, 3, 4, 5, 6, 7, 8]]].map(([list]) => [(list as number[]).map(Math.abs)]),
);
