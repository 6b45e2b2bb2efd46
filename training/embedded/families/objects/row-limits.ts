import { limitAxis } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { opposite } from '../shared/opposite.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, rowLists } from './rows.ts';

/** Rows beyond a limit, without a word about the limit itself. */
export const rowLimits = family<readonly [...FieldList, 'high' | 'low', string]>(objectGroup, 'op-limit', {
  names: ['overLimit', 'rowsBeyond', 'qualified', 'outside', 'passing', 'flagged', 'screen'],
  args: rowArgs,
  params: (r) => [
    ...drawFields(r),
    pick(r, ['high', 'low']),
    pick(r, 'names count sum any first mark drop ids'.split(' ')),
  ],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, k } = fields;
    const [, , , , , side, result] = p;
    const which = side === 'high' ? `from ${k} up` : `from ${k} down`;
    const build = (op: string): Readonly<Record<string, readonly [string, string]>> => {
      const yes = `row.${n} ${op} ${k}`;
      return {
        names: [
          `return the names of rows with ${n} ${which}`,
          `return ${list}.filter((row) => ${yes}).map((row) => row.name);`,
        ],
        count: [
          `count the rows with ${n} ${which}`,
          `let count = 0;\nfor (const row of ${list}) {\n  if (${yes}) count++;\n}\nreturn count;`,
        ],
        sum: [
          `add up the ${n} of rows with ${n} ${which}`,
          `return ${list}.filter((row) => ${yes}).reduce((sum, row) => sum + row.${n}, 0);`,
        ],
        any: [`check whether any row has ${n} ${which}`, `return ${list}.some((row) => ${yes});`],
        first: [
          `return the id of the first row with ${n} ${which}, or null`,
          `return ${list}.find((row) => ${yes})?.id ?? null;`,
        ],
        mark: [
          `list 'yes' for each row with ${n} ${which}, 'no' for others`,
          `return ${list}.map((row) => (${yes} ? 'yes' : 'no'));`,
        ],
        drop: [
          `list the names of all rows but those with ${n} ${which}`,
          `return ${list}.filter((row) => ${opposite(yes)}).map((row) => row.name);`,
        ],
        ids: [
          `return the ids of rows with ${n} ${which}`,
          `return ${list}.flatMap((row) => (${yes} ? [row.id] : []));`,
        ],
      };
    };
    const vague = (text: string): string =>
      text.replace(which, side === 'high' ? `over the limit of ${k}` : `under the limit of ${k}`);
    const [strict, loose, wrong] = side === 'high' ? ['>', '>=', '<'] : ['<', '<=', '>'];
    return {
      asks: phrased(vague(build(strict!)[result]![0]), 'some rows'),
      axis: limitAxis(k, side),
      readings: { without: build(strict!)[result]![1], with: build(loose!)[result]![1] },
      bugs: [build(wrong!)[result]![1], build('===')[result]![1]],
      inputs: rowLists(r, fields),
    };
  },
});
