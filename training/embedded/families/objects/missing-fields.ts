import { absent } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { someWords } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { drawFields, type FieldList, fieldsOf } from './rows.ts';

/** A field of each row, without a word about rows that lack it. */
export const missingFields = family<readonly [...FieldList, string]>(objectGroup, 'op-missing', {
  names: ['valuesFor', 'lookUp', 'pluck', 'readAll', 'gather', 'columnOf', 'fetchAll'],
  args: rowArgs,
  params: (r) => [...drawFields(r), pick(r, ['pluck', 'plus', 'pair', 'double', 'object', 'text'])],
  make: ({ a: [list], p, r }) => {
    const { n, k } = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const action = p[5];
    const table: Readonly<Record<string, readonly [string, (value: string) => string, boolean]>> = {
      pluck: [`list the ${n} of each row`, (value) => value, false],
      text: [`list the ${n} of each row in a list of its own`, (value) => `[${value}]`, false],
      pair: [`return a pair of name and ${n} for each row`, (value) => `[row.name, ${value}]`, false],
      object: [`return an object from name to ${n}`, (value) => `[row.name, ${value}]`, true],
      plus: [`return objects with id and ${n} only`, (value) => `({ id: row.id, ${n}: ${value} })`, false],
      double: [`return objects with the name as key and ${n} as value`, (value) => `({ [row.name]: ${value} })`, false],
    };
    const [ask, value, object] = table[action]!;
    const wrap = (inner: string): string => `return ${object ? `Object.fromEntries(${inner})` : inner};`;
    const skip = r() < 0.5 ? `'${n}' in row` : `row.${n} !== undefined`;
    const inputs = Array.from({ length: 8 }, (_, index) => [
      someWords(r, 1 + (index % 4)).map((name, at) => ({
        id: at + 1,
        name,
        ...(r() < 0.6 && { [n]: integer(r, 0, k) }),
      })),
    ]);
    return {
      asks: phrased(ask, `a list of rows`),
      axis: absent,
      readings: {
        null: wrap(`${list}.map((row) => ${value(`row.${n} ?? null`)})`),
        skip: wrap(`${list}.filter((row) => ${skip}).map((row) => ${value(`row.${n}`)})`),
        zero: wrap(`${list}.map((row) => ${value(`row.${n} ?? 0`)})`),
      },
      bugs: [
        wrap(`${list}.filter((row) => row.${n}).map((row) => ${value(`row.${n}`)})`).replace('row.name', 'row.id'),
      ],
      inputs: [
        [[]],
        [[{ id: 1, name: 'Ann' }]],
        [
          [
            { id: 1, name: 'Ann', [n]: 0 },
            { id: 2, name: 'bob' },
          ],
        ],
        ...inputs,
      ],
    };
  },
});
