import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, rowLists } from './rows.ts';

/** Rows by a field: counts, sums, lists. */
export const groupedRows = family<readonly [...FieldList, string]>(objectGroup, 'op-grouped', {
  names: ['groupRows', 'grouped', 'tally', 'perGroup', 'breakdown', 'byKind', 'sumBy'],
  args: rowArgs,
  params: (r) => [
    ...drawFields(r),
    pick(r, 'count sum names max first last flagged joined min often numbers ids'.split(' ')),
  ],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, flag, text } = fields;
    const old = `result[row.${text}]`;
    const push = (value: string): string => `${old} ??= [];\n  ${old}.push(${value});`;
    const table: Readonly<Record<string, readonly [string, string]>> = {
      count: [`count the rows by ${text}`, `${old} = (${old} ?? 0) + 1;`],
      sum: [`add up ${n} by ${text}`, `${old} = (${old} ?? 0) + row.${n};`],
      names: [`list the names by ${text}`, push('row.name')],
      numbers: [`list ${n} by ${text}`, `${old} = [...(${old} ?? []), row.${n}];`],
      ids: [`list the ids by ${text}`, push('row.id')],
      max: [`return the largest ${n} by ${text}`, `${old} = Math.max(${old} ?? row.${n}, row.${n});`],
      min: [`return the smallest ${n} by ${text}`, `${old} = Math.min(${old} ?? row.${n}, row.${n});`],
      first: [`return the first name by ${text}`, `${old} ??= row.name;`],
      last: [`return the last name by ${text}`, `${old} = row.name;`],
      flagged: [`count the rows that are ${flag} by ${text}`, `if (row.${flag}) ${old} = (${old} ?? 0) + 1;`],
      joined: [`join the names by ${text}, without separators`, `${old} = (${old} ?? '') + row.name;`],
      often: [`say by ${text} whether it occurs more than once`, `${old} = ${old} !== undefined;`],
    };
    const build = (inner: string): string =>
      `const result = {};\nfor (const row of ${list}) {\n  ${inner}\n}\nreturn result;`;
    const [ask, inner] = table[p[5]]!;
    const reduced = ['count', 'sum', 'joined'].includes(p[5]) && r() < 0.4;
    const body = p[5] === 'often' ? build(`${old} = row.${text} in result;`) : build(inner);
    return {
      asks: phrased(`${ask}, as an object`, 'a list of rows'),
      readings: {
        only: reduced ? `return ${list}.reduce((result, row) => {\n  ${inner}\n  return result;\n}, {});` : body,
      },
      bugs: [build(`${old} = row.${n};`), build(`result[row.name] = row.${n};`)],
      inputs: rowLists(r, fields),
    };
  },
});
