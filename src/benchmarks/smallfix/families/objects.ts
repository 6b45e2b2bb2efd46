import { integer, pick, type Random, sample } from '../../../shared/random.ts';
import { absent, clash } from '../axes.ts';
import { type Family, family } from '../family.ts';
import { numbers, properties, rowNames } from '../pools.ts';
import type { Json } from '../task.ts';

/** Objects: merging, grouping, counting, picking. */

const keys = ['a', 'b', 'c', 'd', 'e'];

function record(random: Random, count: number): { readonly [key: string]: Json } {
  return Object.fromEntries(sample(random, keys, count).map((key) => [key, integer(random, 1, 9)]));
}

const merging: readonly Family[] = [
  family('objects', 'merge', {
    names: ['merge', 'combine', 'unite', 'together'],
    args: [
      ['a', 'b'],
      ['one', 'two'],
      ['left', 'right'],
      ['old', 'fresh'],
      ['base', 'extra'],
    ],
    make: ({ a: [a, b], r }) => ({
      axis: clash,
      asks: [
        'Merge both objects.',
        `Return one object with the keys of ${a} and ${b}.`,
        `Put ${a} and ${b} into one object.`,
      ],
      readings: {
        last: `return { ...${a}, ...${b} };`,
        first: `return { ...${b}, ...${a} };`,
        sum: `const result = { ...${a} };\nfor (const key of Object.keys(${b})) {\n  result[key] = (result[key] ?? 0) + ${b}[key];\n}\nreturn result;`,
      },
      bugs: [`return [${a}, ${b}];`, `return ${a};`],
      inputs: [
        [{}, {}],
        ...Array.from({ length: 7 }, () => [record(r, integer(r, 1, 3)), record(r, integer(r, 1, 3))]),
      ],
    }),
  }),
  family('objects', 'from-pairs', {
    names: ['fromPairs', 'toObject', 'asObject', 'objectOf'],
    args: [['pairs'], ['entries'], ['list'], ['items'], ['data']],
    make: ({ a: [list], r }) => {
      const loop = (line: string): string =>
        `const result = {};\nfor (const [key, value] of ${list}) {\n  ${line}\n}\nreturn result;`;
      return {
        axis: clash,
        asks: [
          'Make an object of the pairs.',
          'Return an object with a key for each pair.',
          'Turn the pairs into an object.',
        ],
        readings: {
          last: loop('result[key] = value;'),
          first: loop('result[key] = result[key] ?? value;'),
          sum: loop('result[key] = (result[key] ?? 0) + value;'),
        },
        inputs: [
          [[]],
          ...Array.from({ length: 8 }, () => [
            numbers(r, integer(r, 2, 4), 1, 9).map((n) => [pick(r, keys.slice(0, 2)), n]),
          ]),
        ],
      };
    },
  }),
  family<readonly [string]>('objects', 'index-by-name', {
    names: ['byName', 'lookup', 'table', 'indexed'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => {
      const loop = (line: string): string =>
        `const result = {};\nfor (const row of ${list}) {\n  ${line}\n}\nreturn result;`;
      return {
        axis: clash,
        asks: [
          `Make an object from name to ${property}.`,
          `Return an object with the ${property} for each name.`,
          `Turn the rows into an object: the ${property} by name.`,
        ],
        readings: {
          last: loop(`result[row.name] = row.${property};`),
          first: loop(`result[row.name] = result[row.name] ?? row.${property};`),
          sum: loop(`result[row.name] = (result[row.name] ?? 0) + row.${property};`),
        },
        bugs: [loop(`result[row.${property}] = row.name;`), loop('result[row.name] = row;')],
        inputs: [
          [[]],
          ...Array.from({ length: 7 }, () => [
            numbers(r, integer(r, 2, 3), 1, 9).map((n) => ({ name: pick(r, ['Ann', 'Bob']), [property]: n })),
          ]),
        ],
      };
    },
  }),
  family('objects', 'invert', {
    names: ['invert', 'swapped', 'flip', 'reversed'],
    args: [['object'], ['table'], ['map'], ['record'], ['codes']],
    heldOut: true,
    make: ({ a: [object], r }) => {
      const loop = (line: string): string =>
        `const result = {};\nfor (const key of Object.keys(${object})) {\n  ${line}\n}\nreturn result;`;
      return {
        axis: clash,
        asks: [
          'Return an object with keys and values exchanged.',
          'Turn the values into keys and the keys into values.',
          'Exchange keys and values.',
        ],
        readings: {
          last: loop(`result[${object}[key]] = key;`),
          first: loop(`result[${object}[key]] = result[${object}[key]] ?? key;`),
        },
        inputs: [
          [{}],
          ...Array.from({ length: 8 }, () => [
            Object.fromEntries(sample(r, keys, 3).map((key) => [key, pick(r, ['x', 'y', 'z'])])),
          ]),
        ],
      };
    },
  }),
  family<readonly [string]>('objects', 'unique-by', {
    names: ['uniqueBy', 'onePer', 'distinctBy', 'single'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: clash,
      asks: [
        `Return only one row for each ${property}.`,
        `Keep one row per ${property}, in order.`,
        `Of the rows with the same ${property} leave one.`,
      ],
      readings: {
        first: `return ${list}.filter((row, i) => !${list}.slice(0, i).some((other) => other.${property} === row.${property}));`,
        last: `return ${list}.filter((row, i) => !${list}.slice(i + 1).some((other) => other.${property} === row.${property}));`,
      },
      inputs: [
        [[]],
        ...Array.from({ length: 8 }, () => [
          numbers(r, integer(r, 2, 4), 1, 2).map((n, i) => ({ name: keys[i]!, [property]: n })),
        ]),
      ],
    }),
  }),
];

const missing: readonly Family[] = [
  family<readonly [string, string]>('objects', 'pick-keys', {
    names: ['pickKeys', 'only', 'choose', 'subset'],
    args: [['object'], ['record'], ['row'], ['data'], ['table']],
    params: (r) => sample(r, keys, 2) as unknown as readonly [string, string],
    make: ({ a: [object], p: [k, l], r }) => {
      const loop = (line: string): string =>
        `const result = {};\nfor (const key of ['${k}', '${l}']) {\n  ${line}\n}\nreturn result;`;
      return {
        axis: absent,
        asks: [
          `Return an object with only the keys ${k} and ${l}.`,
          `Pick ${k} and ${l} from the object.`,
          `Of the object keep the keys ${k} and ${l}.`,
        ],
        readings: {
          skip: loop(`if (key in ${object}) {\n    result[key] = ${object}[key];\n  }`),
          null: loop(`result[key] = ${object}[key] ?? null;`),
          zero: loop(`result[key] = ${object}[key] ?? 0;`),
        },
        inputs: [
          [{}],
          [{ [k]: 1 }],
          [{ [l]: 2 }],
          [{ [k]: 3, [l]: 4 }],
          ...Array.from({ length: 3 }, () => [record(r, 3)]),
        ],
      };
    },
  }),
  family<readonly [string]>('objects', 'pluck', {
    names: ['pluck', 'column', 'allOf', 'collect'],
    args: rowNames,
    params: (r) => [pick(r, properties)],
    make: ({ a: [list], p: [property], r }) => ({
      axis: absent,
      asks: [
        `List the ${property} of every row.`,
        `Return the ${property} of each row.`,
        `Give me a list with the ${property} of all rows.`,
      ],
      readings: {
        null: `return ${list}.map((row) => row.${property} ?? null);`,
        skip: `return ${list}.filter((row) => '${property}' in row).map((row) => row.${property});`,
        zero: `return ${list}.map((row) => row.${property} ?? 0);`,
      },
      inputs: [
        [[]],
        [[{}]],
        ...Array.from({ length: 6 }, () => [
          numbers(r, integer(r, 1, 3), 1, 9).map((n) => (r() < 0.35 ? {} : { [property]: n })),
        ]),
      ],
    }),
  }),
  family('objects', 'zip', {
    names: ['zip', 'pairUp', 'sideBySide', 'pairs'],
    args: [
      ['a', 'b'],
      ['left', 'right'],
      ['one', 'two'],
      ['first', 'second'],
      ['xs', 'ys'],
    ],
    make: ({ a: [a, b], r }) => ({
      axis: absent,
      asks: [
        `Return pairs of the items of ${a} and ${b}.`,
        `Pair each item of ${a} with that of ${b}.`,
        `Put the items of ${a} and ${b} side by side.`,
      ],
      readings: {
        null: `return ${a}.map((item, i) => [item, ${b}[i] ?? null]);`,
        skip: `return ${a}.slice(0, ${b}.length).map((item, i) => [item, ${b}[i]]);`,
        zero: `return ${a}.map((item, i) => [item, ${b}[i] ?? 0]);`,
      },
      inputs: [
        [[], []],
        [[1, 2], [3]],
        ...Array.from({ length: 6 }, () => [numbers(r, integer(r, 1, 3), 1, 9), numbers(r, integer(r, 1, 3), 1, 9)]),
      ],
    }),
  }),
  family<readonly [string]>('objects', 'get-key', {
    names: ['getKey', 'readKey', 'valueOf', 'fetch'],
    args: [['object'], ['record'], ['row'], ['data'], ['table']],
    params: (r) => [pick(r, properties)],
    make: ({ a: [object], p: [property], r }) => ({
      axis: absent,
      asks: [
        `Return the ${property} of the object.`,
        `Read the ${property} of the object.`,
        `What is the ${property} of the object?`,
      ],
      readings: { null: `return ${object}.${property} ?? null;`, zero: `return ${object}.${property} ?? 0;` },
      bugs: [`return ${object};`, `return '${property}';`],
      inputs: [
        [{}],
        [{ name: 'Ann' }],
        [{ [property]: integer(r, 1, 9) }],
        [{ name: 'Bob', [property]: integer(r, 1, 9) }],
      ],
    }),
  }),
];

export const objectFamilies: readonly Family[] = [...merging, ...missing];
