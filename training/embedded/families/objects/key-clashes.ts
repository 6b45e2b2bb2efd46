import { clash } from '../../../../src/benchmarks/smallfix/axes.ts';
import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { properties } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';

/** Lists made into an object, without a word about equal keys. */
export const keyClashes = family<readonly [string, string, string]>(objectGroup, 'op-clash', {
  names: ['toObject', 'mergeAll', 'indexBy', 'totals', 'buildMap', 'tableOf', 'assemble'],
  args: rowArgs,
  params: (r) => [
    pick(r, ['rows', 'pairs', 'objects', 'lines']),
    pick(r, properties),
    pick(r, ['name', 'key', 'city', 'kind']),
  ],
  make: ({ a: [list], p: [source, n, key], r }) => {
    const heads: Readonly<Record<string, readonly [string, string]>> = {
      rows: [`turn the rows into an object from ${key} to ${n}`, `const { ${key}, ${n} } of ${list}`],
      pairs: ['turn the pairs into an object', `const [${key}, ${n}] of ${list}`],
      objects: ['merge the objects of the list into one', `const [${key}, ${n}] of ${list}.flatMap(Object.entries)`],
      lines: [
        `turn texts such as 'a=1' into an object of numbers`,
        `const [${key}, ${n}] of ${list}.map((line) => line.split('='))`,
      ],
    };
    const [ask, head] = heads[source]!;
    const value = source === 'lines' ? `Number(${n})` : n;
    const entriesOnly = source === 'pairs' && r() < 0.5;
    const build = (inner: string): string =>
      `const result = {};\nfor (${head.replace('flatMap(Object.entries)', 'flatMap((part) => Object.entries(part))')}) {\n  ${inner}\n}\nreturn result;`;
    const inputs = Array.from({ length: 10 }, (_, index): readonly Json[] => {
      const pairs = Array.from({ length: 1 + (index % 5) }, () => [pick(r, [...'abcd']), integer(r, 1, 9)] as const);
      if (source === 'rows') return [pairs.map(([one, other]) => ({ [key]: one, [n]: other }))];
      if (source === 'objects') return [pairs.map(([one, other]) => ({ [one]: other, z: integer(r, 1, 5) }))];
      return [source === 'lines' ? pairs.map((pair) => pair.join('=')) : pairs];
    });
    return {
      asks: phrased(ask, 'a list'),
      axis: clash,
      readings: {
        last: entriesOnly ? `return Object.fromEntries(${list});` : build(`result[${key}] = ${value};`),
        first: build(`result[${key}] ??= ${value};`),
        sum: build(`result[${key}] = (result[${key}] ?? 0) + ${value};`),
      },
      bugs: [build(`result[${key}] = (result[${key}] ?? 0) + 1;`), build(`result[${value}] = ${key};`)],
      inputs: [[[]], ...inputs],
    };
  },
});
