import type { FloatType } from '../checkpoint/dtype-conversion.ts';
import type { BlockFormat } from './blocks.ts';
import { q2K, q3K, q4K, q5K, q6K } from './k-blocks.ts';
import { iq4Nl, iq4Xs, mxfp4 } from './nonlinear-blocks.ts';
import { q4_0, q4_1, q5_0, q5_1, q8_0 } from './simple-blocks.ts';

/** How ggml stores the values of a tensor: in blocks of `values` values and `bytes` bytes, which never cross rows. */
export interface GgufType {
  /** ggml's. */
  readonly name: string;
  readonly values: number;
  readonly bytes: number;
  readonly format: FloatType | BlockFormat;
}

const type = (name: string, values: number, bytes: number, format: GgufType['format']): GgufType => {
  return { name, values, bytes, format };
};

/** The types that can be read, by their number in the file. */
export const ggufTypes: ReadonlyMap<number, GgufType> = new Map([
  [0, type('F32', 1, 4, 'F32')],
  [1, type('F16', 1, 2, 'F16')],
  [30, type('BF16', 1, 2, 'BF16')],
  [2, type('Q4_0', 32, 18, q4_0)],
  [3, type('Q4_1', 32, 20, q4_1)],
  [6, type('Q5_0', 32, 22, q5_0)],
  [7, type('Q5_1', 32, 24, q5_1)],
  [8, type('Q8_0', 32, 34, q8_0)],
  [10, type('Q2_K', 256, 84, q2K)],
  [11, type('Q3_K', 256, 110, q3K)],
  [12, type('Q4_K', 256, 144, q4K)],
  [13, type('Q5_K', 256, 176, q5K)],
  [14, type('Q6_K', 256, 210, q6K)],
  [20, type('IQ4_NL', 32, 18, iq4Nl)],
  [23, type('IQ4_XS', 256, 136, iq4Xs)],
  [39, type('MXFP4', 32, 17, mxfp4)],
]);

/** Types that are known, but not read. */
const otherNames: Readonly<Record<number, string>> = {
  9: 'Q8_1',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  21: 'IQ3_S',
  22: 'IQ2_S',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  34: 'TQ1_0',
  35: 'TQ2_0',
  40: 'NVFP4',
  41: 'Q1_0',
};

export function ggufTypeName(number: number): string {
  return ggufTypes.get(number)?.name ?? otherNames[number] ?? `number ${number}`;
}
