import { integer, pick, type Random } from '../../../../src/shared/random.ts';

/** What is drawn about numbers: a property, a change of each, and the name of a number. Code is written with `n`. */
export type NumberParts = {
  readonly k: number;
  readonly what: string;
  readonly is: string;
  readonly test: string;
  readonly not: string;
  readonly verb: string;
  readonly done: string;
  readonly expr: string;
  readonly v: string;
};

/** Properties of a number: plural, adjective, test, opposite. */
function rules(k: number): readonly (readonly [string, string, string, string])[] {
  return [
    ['even numbers', 'even', 'n % 2 === 0', 'n % 2 !== 0'],
    ['odd numbers', 'odd', 'n % 2 !== 0', 'n % 2 === 0'],
    [`multiples of ${k}`, `divisible by ${k}`, `n % ${k} === 0`, `n % ${k} !== 0`],
    [`numbers not divisible by ${k}`, `not divisible by ${k}`, `n % ${k} !== 0`, `n % ${k} === 0`],
    ['negative numbers', 'negative', 'n < 0', 'n >= 0'],
    ['positive numbers', 'positive', 'n > 0', 'n <= 0'],
    [`numbers greater than ${k}`, `greater than ${k}`, `n > ${k}`, `n <= ${k}`],
    [`numbers less than ${k}`, `less than ${k}`, `n < ${k}`, `n >= ${k}`],
    [`numbers of at least ${k}`, `at least ${k}`, `n >= ${k}`, `n < ${k}`],
    [`numbers of at most ${k}`, `at most ${k}`, `n <= ${k}`, `n > ${k}`],
    [`numbers other than ${k}`, `not ${k}`, `n !== ${k}`, `n === ${k}`],
    [`numbers from 1 to ${k}`, `from 1 to ${k}`, `n >= 1 && n <= ${k}`, `n < 1 || n > ${k}`],
    [`numbers ending in ${k}`, `ending in ${k}`, `Math.abs(n) % 10 === ${k}`, `Math.abs(n) % 10 !== ${k}`],
    ['numbers other than zero', 'not zero', 'n !== 0', 'n === 0'],
    ['square numbers', 'square', 'Number.isInteger(Math.sqrt(n))', '!Number.isInteger(Math.sqrt(n))'],
  ];
}

/** Changes of a number: as a request about `_`, as a participle, as an expression. */
function steps(k: number): readonly (readonly [string, string, string])[] {
  return [
    ['double _', 'doubled', 'n * 2'],
    ['square _', 'squared', 'n * n'],
    ['square _', 'squared', 'n ** 2'],
    ['cube _', 'cubed', 'n ** 3'],
    ['halve _', 'halved', 'n / 2'],
    [`add ${k} to _`, `increased by ${k}`, `n + ${k}`],
    [`subtract ${k} from _`, `reduced by ${k}`, `n - ${k}`],
    [`multiply _ by ${k}`, `multiplied by ${k}`, `n * ${k}`],
    [`subtract _ from ${k}`, `subtracted from ${k}`, `${k} - n`],
    ['drop the sign of _', 'without its sign', 'Math.abs(n)'],
    [`cap _ at ${k}`, `capped at ${k}`, `Math.min(n, ${k})`],
    [`raise _ to at least ${k}`, `raised to at least ${k}`, `Math.max(n, ${k})`],
    [`double _ and add ${k}`, `doubled and increased by ${k}`, `n * 2 + ${k}`],
    ['reduce _ to its last digit', 'reduced to its last digit', 'Math.abs(n) % 10'],
  ];
}

/** A property and a change, and a number to choose what is asked about them. */
export function drawParts(r: Random): readonly [NumberParts, number] {
  const k = integer(r, 3, 9);
  const [what, is, test, not] = pick(r, rules(k));
  const [verb, done, expr] = pick(r, steps(k));
  const v = pick(r, ['n', 'value', 'x', 'number', 'entry']);
  return [{ k, what, is, test, not, verb, done, expr, v }, integer(r, 0, 9999)];
}
