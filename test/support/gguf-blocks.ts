import { ggufTypes } from '../../src/engine/gguf/types.ts';
import { toHalf } from '../../tools/bench/half.ts';

/** Random blocks of GGUF's quantised types. */

/** Where the fp16 numbers lie in a block, and their sizes that make weights of about 0.1. */
const halves: Readonly<Record<string, readonly (readonly [at: number, size: number])[]>> = {
  Q4_0: [[0, 0.03]],
  Q4_1: [
    [0, 0.02],
    [2, 0.1],
  ],
  Q5_0: [[0, 0.01]],
  Q5_1: [
    [0, 0.01],
    [2, 0.1],
  ],
  Q8_0: [[0, 0.002]],
  Q2_K: [
    [80, 0.01],
    [82, 0.01],
  ],
  Q3_K: [[108, 0.003]],
  Q4_K: [
    [0, 0.0006],
    [2, 0.003],
  ],
  Q5_K: [
    [0, 0.0003],
    [2, 0.003],
  ],
  Q6_K: [[208, 0.0001]],
  IQ4_NL: [[0, 0.002]],
  IQ4_XS: [[0, 0.0001]],
  MXFP4: [],
};

/** Blocks that hold so many values, any bytes but for scales of an ordinary size. @param random in [0, 1) */
export function randomBlocks(name: string, values: number, random: () => number): { type: number; data: Uint8Array } {
  const [number, type] = [...ggufTypes].find(([, each]) => each.name === name)!;
  const data = Uint8Array.from({ length: (values / type.values) * type.bytes }, () => random() * 256);
  for (let start = 0; start < data.length; start += type.bytes) {
    for (const [at, size] of halves[name]!) {
      // Of one order of magnitude, because rows near zero make a model sensitive to rounding.
      const half = toHalf(((random() + 1) / 2) * (random() < 0.5 ? size : -size));
      data[start + at] = half & 255;
      data[start + at + 1] = half >> 8;
    }
    // A power of two: 2^-4 … 2^-7, as the largest of its codes is 12.
    if (name === 'MXFP4') data[start] = 121 + Math.floor(random() * 4);
  }
  return { type: number, data };
}
