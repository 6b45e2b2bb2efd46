import type { NumberParts } from '../shared/number-parts.ts';
import { withObject } from '../shared/parts-text.ts';
import type { ChainsAndLoops } from './chains-and-loops.ts';

/** How a list of numbers becomes another: requests, chain, loop. */
export function reshaped(a: string, { what, is, test, not, verb, done, expr }: NumberParts): ChainsAndLoops {
  const loop = (inner: string) => `const result = [];\nfor (const n of ${a}) {\n  ${inner}\n}\nreturn result;`;
  const V = (object: string) => withObject(verb, object);
  return [
    [
      `Keep only the ${what}.|Return the ${what} of the list.|Which of them are ${is}? Return a list.`,
      `return ${a}.filter((n) => ${test});`,
      loop(`if (${test}) result.push(n);`),
    ],
    [
      `Remove the ${what}.|Return the list without the ${what}.|Drop every number that is ${is}.`,
      `return ${a}.filter((n) => ${not});`,
      loop(`if (${not}) result.push(n);`),
    ],
    [
      `${V('each number')}.|Return the list with each number ${done}.|${V('every number')}; return a new list.`,
      `return ${a}.map((n) => ${expr});`,
      loop(`result.push(${expr});`),
    ],
    [
      `keep the ${what} and ${V('each of them')}.|Return the ${what}, each ${done}.|List every number that is ${is}, ${done}.`,
      `return ${a}.filter((n) => ${test}).map((n) => ${expr});`,
      loop(`if (${not}) continue;\n  result.push(${expr});`),
    ],
    [
      `${V('each number')}, then keep only the ${what}.|Of the numbers, each ${done}, return those that are ${is}.|${V('every number')}; of the results return the ${what}.`,
      `return ${a}.map((n) => ${expr}).filter((n) => ${test});`,
      loop(`const changed = ${expr};\n  if (${test.replace(/\bn\b/g, 'changed')}) result.push(changed);`),
    ],
    [
      `${V(`each number that is ${is}`)}; leave the others alone.|Return the list with the ${what} ${done} and the others unchanged.|If a number is ${is}, ${V('it')}; otherwise keep it.`,
      `return ${a}.map((n) => (${test} ? ${expr} : n));`,
      loop(`if (${test}) {\n    result.push(${expr});\n  } else {\n    result.push(n);\n  }`),
    ],
    [
      `Replace the ${what} by 0.|Put 0 in place of the ${what}.|Set every number that is ${is} to 0.`,
      `return ${a}.map((n) => (${test} ? 0 : n));`,
      loop(`result.push(${test} ? 0 : n);`),
    ],
    [
      `Split into two lists: the ${what}, and all others.|Return a pair: the list of the ${what} and the list of the rest.|put the ${what} into one list and the rest into another; return both.`,
      `return [${a}.filter((n) => ${test}), ${a}.filter((n) => ${not})];`,
      `const yes = [];\nconst no = [];\nfor (const n of ${a}) {\n  (${test} ? yes : no).push(n);\n}\nreturn [yes, no];`,
    ],
    [
      `Move the ${what} to the front; keep the order otherwise.|Return the ${what} first, then the others.|Put all numbers that are ${is} before the others.`,
      `return [...${a}.filter((n) => ${test}), ...${a}.filter((n) => ${not})];`,
      `const front = [];\nconst back = [];\nfor (const n of ${a}) {\n  if (${test}) front.push(n);\n  else back.push(n);\n}\nreturn [...front, ...back];`,
    ],
  ];
}
