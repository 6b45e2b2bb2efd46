import { opposite } from '../shared/opposite.ts';
import { charKind } from './char-kinds.ts';

/** Requests as verb phrases, and bodies: with a regular expression, with a condition. */
export function charAction(
  action: string,
  t: string,
  which: string,
  c: string,
  m: string,
): readonly [string, string, string] {
  const [one, many, set, yes] = charKind(which, c);
  const re = set.length === 1 ? `/${set}` : `/[${set}]`;
  const others = `/[^${set}]`;
  const table: Readonly<Record<string, readonly [string, string, string]>> = {
    count: [
      `count the ${many}`,
      `return (${t}.match(${re}/g) ?? []).length;`,
      `let count = 0;\nfor (const char of ${t}) {\n  if (${yes}) count++;\n}\nreturn count;`,
    ],
    keep: [
      `keep only the ${many}`,
      `return ${t}.replace(${others}/g, '');`,
      `return [...${t}].filter((char) => ${yes}).join('');`,
    ],
    remove: [
      `remove all ${many}`,
      `return ${t}.replace(${re}/g, '');`,
      `return [...${t}].filter((char) => ${opposite(yes)}).join('');`,
    ],
    mask: [
      `replace each ${one} by '${m}'`,
      `return ${t}.replace(${re}/g, '${m}');`,
      `return [...${t}].map((char) => (${yes} ? '${m}' : char)).join('');`,
    ],
    maskRest: [
      `replace all but the ${many} by '${m}'`,
      `return ${t}.replace(${others}/g, '${m}');`,
      `return [...${t}].map((char) => (${yes} ? char : '${m}')).join('');`,
    ],
    any: [`check whether there is any ${one}`, `return ${re}/.test(${t});`, `return [...${t}].some((char) => ${yes});`],
    none: [`check that there is no ${one}`, `return !${re}/.test(${t});`, `return ![...${t}].some((char) => ${yes});`],
    all: [
      `check that all characters are ${many}`,
      `return !${others}/.test(${t});`,
      `return [...${t}].every((char) => ${yes});`,
    ],
    index: [
      `find the index of the first ${one}, or -1`,
      `return ${t}.search(${re}/);`,
      `return [...${t}].findIndex((char) => ${yes});`,
    ],
    lastIndex: [
      `find the index of the last ${one}, or -1`,
      `return [...${t}].findLastIndex((char) => ${re}/.test(char));`,
      `for (let i = ${t}.length - 1; i >= 0; i--) {\n  if (${re}/.test(${t}[i])) return i;\n}\nreturn -1;`,
    ],
    indexes: [
      `list the indexes of all ${many}`,
      `return [...${t}.matchAll(${re}/g)].map((match) => match.index);`,
      `return [...${t}].flatMap((char, index) => (${yes} ? [index] : []));`,
    ],
    first: [
      `return the first ${one}, or null if there is none`,
      `return ${t}.match(${re}/)?.[0] ?? null;`,
      `return [...${t}].find((char) => ${yes}) ?? null;`,
    ],
    wrap: [
      `put brackets around each ${one}`,
      `return ${t}.replace(${re}/g, '[$&]');`,
      `return [...${t}].map((char) => (${yes} ? \`[\${char}]\` : char)).join('');`,
    ],
    double: [
      `double each ${one}`,
      `return ${t}.replace(${re}/g, '$&$&');`,
      `let result = '';\nfor (const char of ${t}) {\n  result += ${yes} ? char + char : char;\n}\nreturn result;`,
    ],
    split: [
      `split the text at each ${one}`,
      `return ${t}.split(${re}/);`,
      `const parts = [''];\nfor (const char of ${t}) {\n  if (${yes}) parts.push('');\n  else parts[parts.length - 1] += char;\n}\nreturn parts;`,
    ],
    different: [
      `count how many different ${many} there are`,
      `return new Set(${t}.match(${re}/g)).size;`,
      `return new Set([...${t}].filter((char) => ${yes})).size;`,
    ],
    starts: [
      `check whether the text starts with a ${one}`,
      `return ${re}/.test(${t}.slice(0, 1));`,
      `return ${re.replace('/', '/^')}/.test(${t});`,
    ],
    ends: [
      `check whether the text ends with a ${one}`,
      `return ${re}/.test(${t}.slice(-1));`,
      `return ${re}$/.test(${t});`,
    ],
    run: [
      `return the length of the longest run of ${many}`,
      `let best = 0;\nlet run = 0;\nfor (const char of ${t}) {\n  run = ${yes} ? run + 1 : 0;\n  best = Math.max(best, run);\n}\nreturn best;`,
      `const runs = ${t}.match(${re}+/g) ?? [];\nreturn Math.max(0, ...runs.map((run) => run.length));`,
    ],
    more: [
      `check whether more than half of the characters are ${many}`,
      `return ${t}.replace(${others}/g, '').length > ${t}.length / 2;`,
      `const found = [...${t}].filter((char) => ${yes});\nreturn found.length * 2 > ${t}.length;`,
    ],
    shares: [
      `return the ${many} followed by all other characters`,
      `return ${t}.replace(${others}/g, '') + ${t}.replace(${re}/g, '');`,
      `const front = [...${t}].filter((char) => ${yes});\nconst back = [...${t}].filter((char) => ${opposite(yes)});\nreturn [...front, ...back].join('');`,
    ],
  };
  return table[action]!;
}

/** The requests to draw from. */
export const charActions = (
  'count keep remove mask maskRest any none all index lastIndex indexes first wrap double split different starts ends ' +
  'run more shares'
).split(' ');
