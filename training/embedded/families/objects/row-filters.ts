import type { Fields } from './rows.ts';

/** A property of a row: as in "rows …", and the condition on `row`. */
export function rowFilter(which: string, { n, flag, text, word, k }: Fields): readonly [string, string] {
  const table: Readonly<Record<string, readonly [string, string]>> = {
    above: [`with ${n} above ${k}`, `row.${n} > ${k}`],
    below: [`with ${n} below ${k}`, `row.${n} < ${k}`],
    least: [`with ${n} of at least ${k}`, `row.${n} >= ${k}`],
    exactly: [`with ${n} equal to ${k}`, `row.${n} === ${k}`],
    even: [`with an even ${n}`, `row.${n} % 2 === 0`],
    odd: [`with an odd ${n}`, `row.${n} % 2 === 1`],
    flag: [`that are ${flag}`, `row.${flag}`],
    notFlag: [`that are not ${flag}`, `!row.${flag}`],
    text: [`whose ${text} is '${word}'`, `row.${text} === '${word}'`],
    notText: [`whose ${text} is not '${word}'`, `row.${text} !== '${word}'`],
    both: [`that are ${flag} and have ${n} above ${k}`, `row.${flag} && row.${n} > ${k}`],
    name: ['whose name starts with a capital', '/^[A-Z]/.test(row.name)'],
    long: ['with a name of more than 3 letters', 'row.name.length > 3'],
  };
  return table[which]!;
}

/** The properties to draw from. */
export const rowFilters = 'above below least exactly even odd flag notFlag text notText both name long'.split(' ');
