import type { NumberParts } from '../shared/number-parts.ts';
import { withObject } from '../shared/parts-text.ts';
import type { ChainsAndLoops } from './chains-and-loops.ts';

/** What a list of numbers is reduced to: requests, chain, loop. */
export function folded(a: string, { what, is, test, not, verb, done, expr }: NumberParts): ChainsAndLoops {
  const loop = (start: string, inner: string) =>
    `let result = ${start};\nfor (const n of ${a}) {\n  ${inner}\n}\nreturn result;`;
  const them = withObject(verb, 'each of them');
  const changed = `${a}\n  .filter((n) => ${test})\n  .map((n) => ${expr})\n  `;
  return [
    [
      `How many ${what} are there?|Count the ${what}.|Return how many of the numbers are ${is}.`,
      `return ${a}.filter((n) => ${test}).length;`,
      loop('0', `if (${test}) result++;`),
    ],
    [
      `Add up the ${what}.|Return the sum of the ${what}.|What do the ${what} come to in total?`,
      `return ${a}.filter((n) => ${test}).reduce((sum, n) => sum + n, 0);`,
      loop('0', `if (${test}) result += n;`),
    ],
    [
      `${withObject(verb, 'each number')} and add up the results.|Sum of the numbers, each ${done}.|total of all, ${done}.`,
      `return ${a}.map((n) => ${expr}).reduce((sum, n) => sum + n, 0);`,
      loop('0', `result += ${expr};`),
    ],
    [
      `Sum of the ${what}, each ${done}.|Take the ${what}, ${them}, add them up.|total of the ${what}, ${done}.`,
      `return ${changed}.reduce((sum, n) => sum + n, 0);`,
      loop('0', `if (${not}) continue;\n  result += ${expr};`),
    ],
    [
      `Multiply all the ${what}; 1 if there are none.|Product of the ${what}, 1 without any.|Return the product of the numbers that are ${is}, or 1.`,
      `return ${a}.filter((n) => ${test}).reduce((product, n) => product * n, 1);`,
      loop('1', `if (${test}) result *= n;`),
    ],
    [
      `Join the ${what} with dashes.|Return the ${what} as a text with "-" in between.|one text of all ${what}, dashes between them.`,
      `return ${a}.filter((n) => ${test}).join('-');`,
      `const result = [];\nfor (const n of ${a}) {\n  if (${test}) result.push(n);\n}\nreturn result.join('-');`,
    ],
    [
      `The ${what}, each ${done}, as a text with ", " in between.|take the ${what}, ${them} and join them with comma and space.|Return the ${what} ${done}, joined by ", ".`,
      `return ${changed}.join(', ');`,
      loop("''", `if (${not}) continue;\n  result += (result === '' ? '' : ', ') + (${expr});`),
    ],
    [
      `What is the first of the ${what}? Return null if there is none.|Find the first number that is ${is}, else null.|Return the first of the ${what}, or null.`,
      `return ${a}.find((n) => ${test}) ?? null;`,
      `for (const n of ${a}) {\n  if (${test}) return n;\n}\nreturn null;`,
    ],
    [
      `Find the last number that is ${is}, else null.|Return the last of the ${what}, or null without any.|Which of the ${what} comes last? null if there is none.`,
      `return ${a}.findLast((n) => ${test}) ?? null;`,
      `let result = null;\nfor (const n of ${a}) {\n  if (${test}) result = n;\n}\nreturn result;`,
    ],
    [
      `At which index is the first of the ${what}? -1 if there is none.|Index of the first number that is ${is}, or -1.|Return the index of the first of the ${what}, else -1.`,
      `return ${a}.findIndex((n) => ${test});`,
      `for (let i = 0; i < ${a}.length; i++) {\n  const n = ${a}[i];\n  if (${test}) return i;\n}\nreturn -1;`,
    ],
    [
      `Is any number ${is}?|Does the list have ${what}?|Return true if some number is ${is}.`,
      `return ${a}.some((n) => ${test});`,
      `for (const n of ${a}) {\n  if (${test}) return true;\n}\nreturn false;`,
    ],
    [
      `Is every number ${is}?|Are there only ${what}?|Return true if all of them are ${is}.`,
      `return ${a}.every((n) => ${test});`,
      `for (const n of ${a}) {\n  if (${not}) return false;\n}\nreturn true;`,
    ],
    [
      `Is no number ${is}?|Is the list free of ${what}?|Return true if none of them is ${is}.`,
      `return !${a}.some((n) => ${test});`,
      `for (const n of ${a}) {\n  if (${test}) return false;\n}\nreturn true;`,
    ],
    [
      `Are there at least two ${what}?|Does the list contain two or more ${what}?|Return true if two or more of the numbers are ${is}.`,
      `return ${a}.filter((n) => ${test}).length >= 2;`,
      `let count = 0;\nfor (const n of ${a}) {\n  if (${test}) count++;\n}\nreturn count >= 2;`,
    ],
    [
      `Add the numbers up to the first of the ${what}, which no longer counts.|Sum of all numbers before the first that is ${is}.|Add them up; stop before the first one that is ${is}.`,
      `const end = ${a}.findIndex((n) => ${test});\nreturn ${a}.slice(0, end < 0 ? ${a}.length : end).reduce((sum, n) => sum + n, 0);`,
      loop('0', `if (${test}) break;\n  result += n;`),
    ],
    [
      `Count the ${what} at the start, up to the first other number.|How many ${what} does the list begin with?|Return how many numbers in a row from the start are ${is}.`,
      `const end = ${a}.findIndex((n) => ${not});\nreturn end === -1 ? ${a}.length : end;`,
      `let i = 0;\nwhile (i < ${a}.length) {\n  const n = ${a}[i];\n  if (${not}) break;\n  i++;\n}\nreturn i;`,
    ],
  ];
}
