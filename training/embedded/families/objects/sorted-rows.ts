import { direction } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, rowLists } from './rows.ts';

/** Rows by a number, without a word about the direction. */
export const sortedRows = family<readonly [...FieldList, string]>(objectGroup, 'op-sorted-rows', {
  names: ['ranking', 'sortRows', 'orderBy', 'leaders', 'arranged', 'standings', 'lineUp'],
  args: rowArgs,
  params: (r) => [...drawFields(r), pick(r, 'names ids numbers top one text pairs flagged object'.split(' '))],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, flag, k } = fields;
    const top = (k % 3) + 1;
    const tails: Readonly<Record<string, readonly [string, string]>> = {
      names: ['return the names', '.map((row) => row.name)'],
      ids: ['return the ids', '.map(({ id }) => id)'],
      numbers: [`return the list of ${n}`, `.map((row) => row.${n})`],
      top: [`return the names of the first ${top}`, `.slice(0, ${top}).map((row) => row.name)`],
      one: ['return the name of the first, or null', '[0]?.name ?? null'],
      text: ["join the names with ' < '", ".map((row) => row.name).join(' < ')"],
      pairs: [`return pairs of name and ${n}`, `.map((row) => [row.name, row.${n}])`],
      flagged: [`return the names of those that are ${flag}`, `.filter((row) => row.${flag}).map((row) => row.name)`],
      object: ["return 'place. name' from place 1", `.map((row, index) => \`\${index + 1}. \${row.name}\`)`],
    };
    const [ask, tail] = tails[p[5]]!;
    const build = (by: string): string => `return [...${list}].sort((a, b) => ${by})${tail};`;
    return {
      asks: phrased(`sort the rows by ${n} and ${ask}`, 'a list of rows'),
      axis: direction,
      readings: { up: build(`a.${n} - b.${n}`), down: build(`b.${n} - a.${n}`) },
      bugs: [build('a.id - b.id'), build('b.id - a.id'), `return ${list}${tail};`],
      inputs: rowLists(r, fields),
    };
  },
});
