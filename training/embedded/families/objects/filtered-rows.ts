import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { pick } from '../../../../src/shared/random.ts';
import { opposite } from '../shared/opposite.ts';
import { objectGroup, rowArgs } from './arguments.ts';
import { phrased } from './requests.ts';
import { rowFilter, rowFilters } from './row-filters.ts';
import { drawFields, type FieldList, fieldsOf, rowLists } from './rows.ts';

type RowParams = readonly [...FieldList, string, string, string];

/** Rows with a property, and which part of them is returned. */
export const filteredRows = family<RowParams>(objectGroup, 'op-filtered-rows', {
  names: ['collect', 'report', 'overview', 'pickFrom', 'evaluate', 'extract', 'summary', 'select'],
  args: rowArgs,
  weight: 2,
  params: (r) => [
    ...drawFields(r),
    pick(r, rowFilters),
    pick(
      r,
      'names numbers sum count joined first last any all none lookup once upper ids labels without split index share product pairs'.split(
        ' ',
      ),
    ),
    pick(r, ['chain', 'loop']),
  ],
  make: ({ a: [list], p, r }) => {
    const fields = fieldsOf(p.slice(0, 5) as unknown as FieldList);
    const { n, text } = fields;
    const [, , , , , which, result, style] = p;
    const noun = list === 'list' ? 'rows' : list!;
    const [what, yes] = rowFilter(which, fields);
    const some = `the ${noun} ${what}`;
    const build = (yes: string): Readonly<Record<string, readonly [string, string, string]>> => {
      const kept = `${list}.filter((row) => ${yes})`;
      const loop = (start: string, inner: string, end = 'result'): string =>
        `${start}\nfor (const row of ${list}) {\n  if (${yes}) ${inner};\n}\nreturn ${end};`;
      return {
        names: [
          `return the names of ${some}`,
          `return ${kept}.map((row) => row.name);`,
          loop('const result = [];', 'result.push(row.name)'),
        ],
        numbers: [
          `list the ${n} of ${some}`,
          `return ${kept}.map(({ ${n} }) => ${n});`,
          loop('const result = [];', `result.push(row.${n})`),
        ],
        sum: [
          `add up the ${n} of ${some}`,
          `return ${kept}.reduce((sum, row) => sum + row.${n}, 0);`,
          loop('let sum = 0;', `sum += row.${n}`, 'sum'),
        ],
        count: [`count ${some}`, `return ${kept}.length;`, loop('let count = 0;', 'count++', 'count')],
        joined: [
          `join the names of ${some} with ', '`,
          `return ${kept}.map((row) => row.name).join(', ');`,
          loop('const names = [];', 'names.push(row.name)', "names.join(', ')"),
        ],
        first: [
          `return the name of the first of ${some}, or null`,
          `return ${list}.find((row) => ${yes})?.name ?? null;`,
          `for (const row of ${list}) {\n  if (${yes}) return row.name;\n}\nreturn null;`,
        ],
        last: [
          `return the ${n} of the last of ${some}, or null`,
          `return ${list}.findLast((row) => ${yes})?.${n} ?? null;`,
          loop('let result = null;', `result = row.${n}`),
        ],
        any: [
          `check whether there are ${noun} ${what}`,
          `return ${list}.some((row) => ${yes});`,
          `return ${list}.find((row) => ${yes}) !== undefined;`,
        ],
        all: [
          `check whether there are only ${noun} ${what}`,
          `return ${list}.every((row) => ${yes});`,
          `for (const row of ${list}) {\n  if (${opposite(yes)}) return false;\n}\nreturn true;`,
        ],
        none: [
          `check that there are no ${noun} ${what}`,
          `return !${list}.some((row) => ${yes});`,
          `return ${kept}.length === 0;`,
        ],
        lookup: [
          `return an object from name to ${n} for ${some}`,
          `return Object.fromEntries(${kept}.map((row) => [row.name, row.${n}]));`,
          loop('const result = {};', `result[row.name] = row.${n}`),
        ],
        once: [
          `list each ${text} of ${some} once`,
          `return [...new Set(${kept}.map((row) => row.${text}))];`,
          loop('const found = new Set();', `found.add(row.${text})`, '[...found]'),
        ],
        upper: [
          `return the names of ${some} in upper case`,
          `return ${kept}.map((row) => row.name.toUpperCase());`,
          loop('const result = [];', 'result.push(row.name.toUpperCase())'),
        ],
        ids: [
          `return the ids of ${some}`,
          `return ${kept}.map(({ id }) => id);`,
          `return ${list}.flatMap((row) => (${yes} ? [row.id] : []));`,
        ],
        labels: [
          `return 'name: ${n}' for each of ${some}`,
          `return ${kept}.map((row) => \`\${row.name}: \${row.${n}}\`);`,
          loop('const result = [];', `result.push(\`\${row.name}: \${row.${n}}\`)`),
        ],
        without: [
          `return the list without ${some}`,
          `return ${list}.filter((row) => ${opposite(yes)});`,
          `return ${list}.flatMap((row) => (${yes} ? [] : [row]));`,
        ],
        split: [
          `return two lists of names: of ${some}, and of the others`,
          `const yes = ${kept};\nconst no = ${list}.filter((row) => ${opposite(yes)});\nreturn [yes.map((row) => row.name), no.map((row) => row.name)];`,
          `const yes = [];\nconst no = [];\nfor (const row of ${list}) {\n  if (${yes}) yes.push(row.name);\n  else no.push(row.name);\n}\nreturn [yes, no];`,
        ],
        index: [
          `return the index of the first of ${some}, or -1`,
          `return ${list}.findIndex((row) => ${yes});`,
          `for (const [index, row] of ${list}.entries()) {\n  if (${yes}) return index;\n}\nreturn -1;`,
        ],
        share: [
          `check whether most ${noun} are ones ${what}`,
          `return ${kept}.length > ${list}.length / 2;`,
          `const count = ${kept}.length;\nreturn count * 2 > ${list}.length;`,
        ],
        product: [
          `multiply the ${n} of ${some}, from 1 on`,
          `return ${kept}.reduce((product, row) => product * row.${n}, 1);`,
          loop('let product = 1;', `product *= row.${n}`, 'product'),
        ],
        pairs: [
          `return a pair of name and ${n} for each of ${some}`,
          `return ${kept}.map(({ name, ${n} }) => [name, ${n}]);`,
          loop('const pairs = [];', `pairs.push([row.name, row.${n}])`, 'pairs'),
        ],
      };
    };
    const [ask, chain, loop] = build(yes)[result]!;
    const [, wrong] = rowFilter(rowFilters[(rowFilters.indexOf(which) + 4) % rowFilters.length]!, fields);
    return {
      asks: phrased(ask, noun === 'rows' ? 'a list of rows' : `a list of ${noun}`),
      readings: { only: style === 'loop' ? loop : chain },
      bugs: [build(wrong)[result]![1], build(opposite(yes))[result]![1]],
      inputs: rowLists(r, fields),
    };
  },
});
