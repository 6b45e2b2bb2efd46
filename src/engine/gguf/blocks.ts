import { float16Values } from '../checkpoint/dtype-conversion.ts';

/**
 * Blocks of ggml's quantised types taken apart: value = scale · code + offset, where each operation rounds to fp32.
 * Scales and offsets belong to groups of 16 or 32 neighbouring values.
 */
export interface Groups {
  /** One for each value. */
  readonly codes: Int8Array;
  /** One for each group. */
  readonly scales: Float32Array;
  /** One for each group; not written by types without offsets. */
  readonly offsets: Float32Array;
}

/** Takes the first `count` blocks in `bytes` apart. */
export type Unpack = (bytes: Uint8Array, count: number, out: Groups) => void;

/** Codes of types with a sign fit −8 … 7 in 4 bits; those of types with an offset are 0 … 15 and need it to be moved. */
type CodeRange = '-8…7' | '0…15' | '8 bits';

export interface BlockFormat {
  readonly group: 16 | 32;
  readonly range: CodeRange;
  readonly offsets: boolean;
  readonly unpack: Unpack;
}

/** The fp16 number at a position. */
export function halfAt(bytes: Uint8Array, at: number): number {
  return float16Values()[bytes[at]! | (bytes[at + 1]! << 8)]!;
}
