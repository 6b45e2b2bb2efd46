import { family } from '../../../../src/benchmarks/smallfix/family.ts';
import { integer, pick, type Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';
import { objectGroup } from './arguments.ts';

const objectArgs = [['object'], ['scores'], ['prices'], ['data'], ['stock'], ['map'], ['input']];

function objects(r: Random, k: number): Inputs {
  const keys = ['a', 'b', 'x', 'ab', 'key', 'size', 'age', 'top', 'apple', 'banana', 'xy', 'kiwi'];
  const drawn = Array.from({ length: 10 }, (_, index) => {
    const chosen = Array.from({ length: 1 + (index % 5) }, () => pick(r, keys));
    return [Object.fromEntries(chosen.map((key) => [key, pick(r, [k, k + 1, k - 1, integer(r, -4, 12)])]))];
  });
  return [[{}], ...drawn];
}

type EntryParams = readonly [string, string, string, number, string];

/** Entries of an object: which, changed how, returned how. */
export const objectEntries = family<EntryParams>(objectGroup, 'op-entries', {
  names: ['mapEntries', 'convertObject', 'refine', 'derive', 'process', 'reduceObject', 'entriesOf', 'rework'],
  args: objectArgs,
  weight: 2,
  params: (r) => [
    pick(r, 'above below even positive notZero keyLong keyStart keyHas keyShort any any'.split(' ')),
    pick(r, 'same same double plus square minus text negative'.split(' ')),
    pick(r, 'object keys values sum lines swap count sortedKeys keyUpper joined best pairs prefix'.split(' ')),
    integer(r, 3, 7),
    pick(r, [...'abkx']),
  ],
  make: ({ a: [o], p: [which, change, result, k, c], r }) => {
    const filters: Readonly<Record<string, readonly [string, string, string]>> = {
      above: [`entries with a value above ${k}`, `value > ${k}`, '[, value]'],
      below: [`entries with a value below ${k}`, `value < ${k}`, '[, value]'],
      even: ['entries with an even value', 'value % 2 === 0', '[, value]'],
      positive: ['entries with a positive value', 'value > 0', '[, value]'],
      notZero: ['entries with a value other than 0', 'value !== 0', '[, value]'],
      keyLong: ['entries with a key of more than 2 letters', 'key.length > 2', '[key]'],
      keyShort: ['entries with a key of one letter', 'key.length === 1', '[key]'],
      keyStart: [`entries whose key starts with '${c}'`, `key.startsWith('${c}')`, '[key]'],
      keyHas: [`entries whose key contains '${c}'`, `key.includes('${c}')`, '[key]'],
      any: ['entries', '', ''],
    };
    const changes: Readonly<Record<string, readonly [string, string]>> = {
      same: ['', 'value'],
      double: ['double the values', 'value * 2'],
      plus: [`add ${k} to the values`, `value + ${k}`],
      square: ['square the values', 'value ** 2'],
      minus: ['take 1 from the values', 'value - 1'],
      text: ["put '#' before the values", `\`#\${value}\``],
      negative: [`subtract the values from ${k * 2}`, `${k * 2} - value`],
    };
    const [what, yes, names] = filters[which]!;
    const numeric = ['sum', 'best'].includes(result) && change === 'text';
    const [verb, value] =
      changes[
        numeric ? 'double' : result === 'keys' || result === 'count' || result === 'sortedKeys' ? 'same' : change
      ]!;
    const build = (yes: string, names: string, value: string): Readonly<Record<string, readonly [string, string]>> => {
      const kept = `Object.entries(${o})${yes === '' ? '' : `.filter((${names}) => ${yes})`}`;
      const sort = `.sort(([a], [b]) => (a < b ? -1 : 1))`;
      const list = `.map(([, value]) => ${value})`;
      return {
        object: ['return the new object', `return Object.fromEntries(${kept}.map(([key, value]) => [key, ${value}]));`],
        keys: ['return their keys', `return ${kept}.map(([key]) => key);`],
        values: ['return the values', `return ${kept}${list};`],
        sum: [
          'add the values up',
          `let sum = 0;\nfor (const [${names === '[key]' || yes.includes('key') ? 'key' : ''}, value] of Object.entries(${o})) {\n  ${yes === '' ? '' : `if (${yes}) `}sum += ${value};\n}\nreturn sum;`,
        ],
        lines: [
          "return a list of texts 'key=value'",
          `return ${kept}.map(([key, value]) => \`\${key}=\${${value.startsWith('`') ? "'#' + value" : value}}\`);`,
        ],
        swap: [
          'return an object with keys and values swapped',
          `return Object.fromEntries(${kept}.map(([key, value]) => [${value}, key]));`,
        ],
        count: ['return how many there are', `return ${kept}.length;`],
        sortedKeys: ['return the keys in alphabetical order', `return ${kept}.map(([key]) => key).sort();`],
        keyUpper: [
          'return an object with the keys in upper case',
          `return Object.fromEntries(${kept}.map(([key, value]) => [key.toUpperCase(), ${value}]));`,
        ],
        joined: ['join the values with dashes', `return ${kept}${list}.join('-');`],
        best: [
          'return the largest value, at least 0',
          `const values = ${kept}${list};\nreturn Math.max(0, ...values);`,
        ],
        pairs: [
          'return key and value as pairs, sorted by key',
          `return ${kept}.map(([key, value]) => [key, ${value}])${sort};`,
        ],
        prefix: [
          "return an object with '_' before each key",
          `const result = {};\nfor (const [key, value] of ${kept}) {\n  result[\`_\${key}\`] = ${value};\n}\nreturn result;`,
        ],
      };
    };
    const [end, body] = build(yes, names, value)[result]!;
    const middle = verb === '' ? '' : `, ${verb}`;
    return {
      asks: [
        `Take the ${what} of the object${middle} and ${end}.`,
        `Of the object, take the ${what}${middle}; then ${end}.`,
        `From an object take the ${what}${middle} and ${end}.`,
        `Use only the ${what}${middle} and ${end}.`,
        `For the ${what}${middle}: ${end}.`,
      ],
      readings: { only: body },
      bugs: [
        build('value > 2', '[, value]', value)[result]![1],
        build(yes, names, 'value + 3')[result]![1],
        build('', '', value)[result]![1],
      ],
      inputs: objects(r, k),
    };
  },
});
