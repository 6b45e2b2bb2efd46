import { ties } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, someRows } from './rows.ts';

/** The row with the largest or smallest number, without a word about ties. */
export const extremeRows = family<readonly [...FieldList, string, string]>(objectGroup, 'op-extreme-row', {
  names: ['winner', 'topRow', 'extreme', 'bestOf', 'leader', 'champion', 'record'],
  args: rowArgs,
  params: (r) => [
    ...drawFields(r),
    pick(r, ['largest', 'smallest']),
    pick(r, ['name', 'id', 'row', 'index', 'letter']),
  ],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, k } = fields;
    const [, , , , , which, result] = p;
    const ends: Readonly<Record<string, readonly [string, string]>> = {
      name: ['the name of the row', '.name'],
      id: ['the id of the row', '.id'],
      row: ['the row', ''],
      index: ['the id of the row as a text', ''],
      letter: ['the first letter of the name of the row', '.name[0]'],
    };
    const [what, tail] = ends[result]!;
    const op = which === 'largest' ? '>' : '<';
    const loop = r() < 0.5;
    const build = (op: string): string => {
      if (loop || result === 'index') {
        const end = result === 'index' ? 'String(best.id)' : `best${tail}`;
        return `let best = ${list}[0];\nfor (const row of ${list}) {\n  if (row.${n} ${op} best.${n}) best = row;\n}\nreturn ${end};`;
      }
      return `return ${list}.reduce((best, row) => (row.${n} ${op} best.${n} ? row : best))${tail};`;
    };
    const tied = { ...fields, k };
    const inputs = Array.from({ length: 9 }, (_, index) => [
      someRows(r, tied, 2 + (index % 4)).map((row) =>
        r() < 0.5 ? { ...(row as object), [n]: pick(r, [k, k + 2]) } : row,
      ),
    ]);
    return {
      asks: phrased(`return ${what} with the ${which} ${n}`, 'rows, at least one'),
      axis: ties,
      readings: { first: build(op), last: build(`${op}=`) },
      bugs: [build(op === '>' ? '<' : '>')],
      inputs: inputs as unknown as Inputs,
    };
  },
});
