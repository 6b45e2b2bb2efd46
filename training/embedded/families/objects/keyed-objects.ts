import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';
import { integer, pick } from '../../../../src/shared/random.ts';
import { objectGroup } from './arguments.ts';
import { phrased } from './requests.ts';

/** An object and a list of keys. */
export const keyedObjects = family<readonly [string, number]>(objectGroup, 'op-keys', {
  names: ['pickKeys', 'withKeys', 'checkKeys', 'byKeys', 'chooseFrom', 'resolve', 'useKeys'],
  args: [
    ['object', 'keys'],
    ['data', 'names'],
    ['options', 'wanted'],
    ['prices', 'list'],
    ['stock', 'fields'],
    ['record', 'allowed'],
  ],
  params: (r) => [
    pick(r, 'pick omit has missing values sum any fill count known first others add zero'.split(' ')),
    integer(r, 1, 9),
  ],
  make: ({ a: [o, keys], p: [action, k], r }) => {
    const table: Readonly<Record<string, readonly [string, string]>> = {
      pick: [
        `keep only the entries of ${o} whose key is in ${keys}`,
        `return Object.fromEntries(Object.entries(${o}).filter(([key]) => ${keys}.includes(key)));`,
      ],
      omit: [
        `return ${o} without the keys in ${keys}`,
        `const result = { ...${o} };\nfor (const key of ${keys}) delete result[key];\nreturn result;`,
      ],
      has: [`check that ${o} has all of ${keys}`, `return ${keys}.every((key) => key in ${o});`],
      any: [`check whether ${o} has any of ${keys}`, `return ${keys}.some((key) => key in ${o});`],
      missing: [`return those of ${keys} that ${o} does not have`, `return ${keys}.filter((key) => !(key in ${o}));`],
      known: [`return those of ${keys} that ${o} has`, `return ${keys}.filter((key) => Object.hasOwn(${o}, key));`],
      values: [
        `return what ${o} has for each of ${keys}, with ${k} as default`,
        `return ${keys}.map((key) => ${o}[key] ?? ${k});`,
      ],
      sum: [
        `add up what ${o} has for ${keys}; a missing key counts as 0`,
        `return ${keys}.reduce((sum, key) => sum + (${o}[key] ?? 0), 0);`,
      ],
      fill: [
        `return ${o} with ${k} for each of ${keys} that is missing`,
        `const result = { ...${o} };\nfor (const key of ${keys}) {\n  result[key] ??= ${k};\n}\nreturn result;`,
      ],
      count: [
        `count how many of ${keys} are in ${o}`,
        `let count = 0;\nfor (const key of ${keys}) {\n  if (key in ${o}) count++;\n}\nreturn count;`,
      ],
      first: [
        `return the value of the first of ${keys} that ${o} has, or null`,
        `const found = ${keys}.find((key) => key in ${o});\nreturn ${o}[found] ?? null;`,
      ],
      others: [
        `return the keys of ${o} that are not in ${keys}`,
        `const known = new Set(${keys});\nreturn Object.keys(${o}).filter((key) => !known.has(key));`,
      ],
      add: [
        `add ${k} to the values of ${o} whose key is in ${keys}; keep the others`,
        `const result = {};\nfor (const [key, value] of Object.entries(${o})) {\n  result[key] = ${keys}.includes(key) ? value + ${k} : value;\n}\nreturn result;`,
      ],
      zero: [
        `return an object with true or false for each of ${keys}: is it in ${o}?`,
        `return Object.fromEntries(${keys}.map((key) => [key, key in ${o}]));`,
      ],
    };
    const [ask, body] = table[action]!;
    const names = ['a', 'b', 'c', 'd', 'e'];
    const inputs = Array.from({ length: 9 }, (_, index): readonly Json[] => [
      Object.fromEntries(names.filter(() => r() < 0.6).map((name) => [name, integer(r, 1, 9)])),
      names.filter(() => r() < 0.25 + (index % 3) * 0.2).reverse(),
    ]);
    return {
      asks: phrased(ask, 'an object and keys'),
      readings: { only: body },
      bugs: [
        `return ${o};`,
        body.replace('!', ''),
        body.replace(`${k}`, `${k + 1}`),
        `return ${keys}.map((key) => ${o}[key] ?? 0);`,
      ],
      inputs: [[{}, []], [{}, ['a']], [{ a: 1, b: 2 }, []], [{ a: 3, b: 0 }, ['a', 'b', 'c']], ...inputs],
    };
  },
});
