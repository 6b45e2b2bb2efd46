import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, someRows } from './rows.ts';

/** A change of the row with a given id. */
export const rowUpdates = family<readonly [...FieldList, string]>(objectGroup, 'op-update', {
  names: ['update', 'changeRow', 'patched', 'withChange', 'applyTo', 'revise', 'setIn'],
  args: rowArgs.map(([name]) => [name!, 'id']),
  weight: 1.5,
  params: (r) => [
    ...drawFields(r),
    pick(
      r,
      'set add toggle remove text upper front back only dropField rename copyField mark nameOf before others'.split(
        ' ',
      ),
    ),
  ],
  make: ({ a: [list, id], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, flag, text, word, k } = fields;
    const map = (inner: string): string => `return ${list}.map((row) => (row.id === ${id} ? ${inner} : row));`;
    const table: Readonly<Record<string, readonly [string, string]>> = {
      set: [`set ${n} to ${k} in the row with the given id`, map(`{ ...row, ${n}: ${k} }`)],
      add: [`add ${k} to ${n} of the row with the given id`, map(`{ ...row, ${n}: row.${n} + ${k} }`)],
      toggle: [`toggle ${flag} of the row with the given id`, map(`{ ...row, ${flag}: !row.${flag} }`)],
      remove: ['remove the row with the given id', `return ${list}.filter((row) => row.id !== ${id});`],
      text: [`give the row with this id the ${text} '${word}'`, map(`{ ...row, ${text}: '${word}' }`)],
      upper: ['put the name of the row with this id in upper case', map('{ ...row, name: row.name.toUpperCase() }')],
      front: [
        'move the row with this id to the front',
        `const one = ${list}.filter((row) => row.id === ${id});\nconst rest = ${list}.filter((row) => row.id !== ${id});\nreturn [...one, ...rest];`,
      ],
      back: [
        'move the row with this id to the end',
        `const one = ${list}.filter((row) => row.id === ${id});\nconst rest = ${list}.filter((row) => row.id !== ${id});\nreturn [...rest, ...one];`,
      ],
      only: [
        `make ${flag} true in the row with this id and false in all others`,
        `return ${list}.map((row) => ({ ...row, ${flag}: row.id === ${id} }));`,
      ],
      dropField: [
        `drop ${n} from the row with this id`,
        `return ${list}.map((row) => {\n  const { ${n}, ...rest } = row;\n  return row.id === ${id} ? rest : row;\n});`,
      ],
      rename: [
        `rename ${n} to value in the row with this id`,
        `return ${list}.map((row) => {\n  if (row.id !== ${id}) return row;\n  const { ${n}, ...rest } = row;\n  return { ...rest, value: ${n} };\n});`,
      ],
      copyField: [
        `return ${n} of the row with this id, or ${k} without such a row`,
        `return ${list}.find((row) => row.id === ${id})?.${n} ?? ${k};`,
      ],
      mark: ["add '*' to the name of the row with this id", map("{ ...row, name: row.name + '*' }")],
      nameOf: [
        "return the name of the row with this id, or ''",
        `for (const row of ${list}) {\n  if (row.id === ${id}) return row.name;\n}\nreturn '';`,
      ],
      before: [
        `list ${n} of the rows with a smaller id`,
        `return ${list}.filter((row) => row.id < ${id}).map((row) => row.${n});`,
      ],
      others: [
        `add up ${n} of all rows but the one with this id`,
        `let sum = 0;\nfor (const row of ${list}) {\n  if (row.id !== ${id}) sum += row.${n};\n}\nreturn sum;`,
      ],
    };
    const [ask, body] = table[p[5]]!;
    const inputs = Array.from({ length: 9 }, (_, index) => [
      someRows(r, fields, 1 + (index % 4)),
      integer(r, 1, 1 + (index % 4)),
    ]);
    return {
      asks: phrased(ask, 'rows and an id'),
      readings: { only: body },
      bugs: [`return ${list};`, body.replaceAll(`=== ${id}`, `!== ${id}`), body.replace('...row, ', '')],
      inputs: [[[], 1], [someRows(r, fields, 2), 5], ...inputs] as Inputs,
    };
  },
});
