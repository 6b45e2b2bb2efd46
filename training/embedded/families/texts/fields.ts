import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { someWords, wordOfLength } from '../../../../src/benchmarks/smallfix/pools.ts';
import { integer, pick, sample } from '../../../../src/shared/random.ts';
import { textArgs, textGroup } from './arguments.ts';
import { separators } from './marks.ts';

type FieldParams = readonly [string, string, string, number];

/** Parts of a text between separators. */
export const textFields = family<FieldParams>(textGroup, 'tp-fields', {
  names: ['parseFields', 'readParts', 'splitUp', 'fieldsOf', 'reformat', 'parseLine', 'partsOf'],
  args: textArgs,
  params: (r) => {
    const [sep, glue] = sample(r, separators, 2);
    return [
      pick(
        r,
        'join reverse sort nth last count longest trimmed nonEmpty once initials camel swap rest sum numbers max pairs lengths numbered'.split(
          ' ',
        ),
      ),
      sep!,
      glue!,
      integer(r, 1, 3),
    ];
  },
  make: ({ a: [t], p: [action, sep, glue, n], r }) => {
    const split = `${t}.split('${sep}')`;
    const place = ['first', 'second', 'third', 'fourth'][n]!;
    const table: Readonly<Record<string, readonly [string, string]>> = {
      join: [`join the parts with '${glue}'`, `return ${split}.join('${glue}');`],
      reverse: ['put the parts in reverse order', `return ${split}.reverse().join('${sep}');`],
      sort: ['sort the parts', `return ${split}.sort().join('${sep}');`],
      nth: [`return the ${place} part, or null`, `return ${split}[${n}] ?? null;`],
      last: ['return the last part in upper case', `return ${split}.at(-1).toUpperCase();`],
      count: [
        `count the parts with more than ${n} characters`,
        `return ${split}.filter((part) => part.length > ${n}).length;`,
      ],
      longest: [
        'return the longest part, the first of equals',
        `return ${split}.reduce((best, part) => (part.length > best.length ? part : best));`,
      ],
      trimmed: [
        `trim each part and join them with '${glue}'`,
        `const parts = ${split};\nreturn parts.map((part) => part.trim()).join('${glue}');`,
      ],
      nonEmpty: ['return the list of the parts that are not empty', `return ${split}.filter((part) => part !== '');`],
      once: ['list the parts, each of them once', `return [...new Set(${split})];`],
      initials: [
        'return the first characters of the parts as one text',
        `return ${split}.map((part) => part.charAt(0)).join('');`,
      ],
      camel: [
        'join the parts, with a capital at the start of each but the first',
        `const [first, ...rest] = ${split};\nreturn first + rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');`,
      ],
      swap: [
        'put the last part in front of the others',
        `const parts = ${split};\nconst last = parts.pop();\nreturn [last, ...parts].join('${sep}');`,
      ],
      rest: [`return all parts but the first, joined with '${glue}'`, `return ${split}.slice(1).join('${glue}');`],
      sum: [
        'add up the lengths of the parts',
        `let sum = 0;\nfor (const part of ${split}) {\n  sum += part.length;\n}\nreturn sum;`,
      ],
      numbers: [
        'return the parts that are whole numbers, as numbers',
        `const parts = ${split}.filter((part) => /^\\d+$/.test(part));\nreturn parts.map(Number);`,
      ],
      max: ['return the length of the longest part', `return Math.max(...${split}.map((part) => part.length));`],
      pairs: [
        'return an object that says how often each part occurs',
        `const counts = {};\nfor (const part of ${split}) {\n  counts[part] = (counts[part] ?? 0) + 1;\n}\nreturn counts;`,
      ],
      lengths: ['list the lengths of the parts', `return ${split}.map((part) => part.length);`],
      numbered: [
        `put its number from 1 and '${glue}' before each part`,
        `return ${split}.map((part, index) => \`\${index + 1}${glue}\${part}\`);`,
      ],
    };
    const [ask, body] = table[action]!;
    const noun = t === 's' || t === 'source' ? 'text' : t!;
    const inputs = Array.from({ length: 8 }, (_, index) => {
      const parts = Array.from({ length: 1 + (index % 5) }, () =>
        pick(r, [
          someWords(r, 1)[0]!,
          wordOfLength(r, integer(r, 1, 4)),
          String(integer(r, 0, 99)),
          '',
          ` ${wordOfLength(r, 2)}`,
        ]),
      );
      return [parts.join(sep)];
    });
    const twin = wordOfLength(r, 3);
    return {
      asks: [
        `Split the ${noun} at '${sep}' and ${ask}.`,
        `The ${noun} has parts separated by '${sep}'; ${ask}.`,
        `Parts are divided by '${sep}': ${ask}.`,
        `Cut the text at each '${sep}', then ${ask}.`,
        `There are parts between '${sep}'; ${ask}.`,
      ],
      readings: { only: body },
      bugs: [body.replaceAll(`split('${sep}')`, `split('${glue}')`), body.replaceAll(`split('${sep}')`, "split('')")],
      inputs: [[''], [sep], [`${twin}${sep}${twin}${sep}b`], [`12${sep}ab c${sep}7`], ...inputs],
    };
  },
});
