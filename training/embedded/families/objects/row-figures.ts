import { empty } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf, rowLists } from './rows.ts';

/** One number from a list of rows, where an empty list has none. */
export const rowFigures = family<readonly [...FieldList, string]>(objectGroup, 'op-figure', {
  names: ['figure', 'statistic', 'measure', 'rangeOf', 'compute', 'levelOf', 'indicator'],
  args: rowArgs,
  params: (r) => [...drawFields(r), pick(r, 'max min mean span first last maxFlag'.split(' '))],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n } = fields;
    const all = `${list}.map((row) => row.${n})`;
    const table: Readonly<Record<string, readonly [string, string]>> = {
      max: [`return the largest ${n} of the rows`, `return Math.max(...${all});`],
      min: [`return the smallest ${n} of the rows`, `return Math.min(...${all});`],
      mean: [
        `return the mean ${n}, rounded down`,
        `const sum = ${list}.reduce((total, row) => total + row.${n}, 0);\nreturn Math.floor(sum / ${list}.length);`,
      ],
      span: [
        `return the difference of largest and smallest ${n}`,
        `const all = ${all};\nreturn Math.max(...all) - Math.min(...all);`,
      ],
      first: [`return the ${n} of the first row`, `return ${list}[0].${n};`],
      last: [`return the ${n} of the last row`, `return ${list}.at(-1).${n};`],
      maxFlag: [
        `return ${n} of the first row plus ${n} of the last row`,
        `return ${list}[0].${n} + ${list}.at(-1).${n};`,
      ],
    };
    const [ask, body] = table[p[5]]!;
    const build = (none: string): string => `if (${list}.length === 0) return ${none};\n${body}`;
    return {
      asks: phrased(ask, 'a list of rows'),
      axis: empty,
      readings: { zero: build('0'), null: build('null'), minus: build('-1') },
      bugs: [body],
      inputs: rowLists(r, fields),
    };
  },
});
