import { properties, someWords } from '../../../../src/benchmarks/smallfix/pools.ts';
import type { Json } from '../../../../src/benchmarks/smallfix/task.ts';
import { integer, pick, type Random } from '../../../../src/shared/random.ts';
import type { Inputs } from '../shared/inputs.ts';

const flags = ['done', 'active', 'paid', 'open', 'hidden', 'ready'] as const;

const texts = ['city', 'kind', 'color', 'team', 'type', 'status'] as const;

const values = ['red', 'blue', 'new', 'old', 'big'] as const;

/** The fields of a row: a number, a flag, a text with a word to ask about; and a number to compare with. */
export interface Fields {
  readonly n: string;
  readonly flag: string;
  readonly text: string;
  readonly word: string;
  readonly k: number;
}

/** The same as drawn parameters. */
export type FieldList = readonly [string, string, string, string, number];

/** Fields at random. */
export const drawFields = (r: Random): FieldList => [
  pick(r, properties),
  pick(r, flags),
  pick(r, texts),
  pick(r, values),
  integer(r, 3, 8),
];

/** Drawn parameters as fields. */
export const fieldsOf = ([n, flag, text, word, k]: FieldList): Fields => ({ n, flag, text, word, k });

/** A number of rows with the fields, all drawn. */
export function someRows(r: Random, { n, flag, text, word, k }: Fields, count: number): readonly Json[] {
  return someWords(r, count).map((name, index) => ({
    id: index + 1,
    name,
    [n]: pick(r, [k, k - 1, k + 1, integer(r, 1, 12), 2 * k]),
    [flag]: r() < 0.5,
    [text]: pick(r, [word, word, ...values]),
  }));
}

/** Lists of rows, one of them empty. */
export function rowLists(r: Random, fields: Fields): Inputs {
  return [[[]], ...Array.from({ length: 9 }, (_, index) => [someRows(r, fields, 1 + (index % 5))])];
}
