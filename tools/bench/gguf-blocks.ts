import { toHalf } from './half.ts';

/** The block formats of ggml that the peer is measured with: 32 values share one fp16 scale d. */
export const blockTypes = {
  /** d, then 16 bytes: byte j holds value j (low nibble) and value j + 16 (high nibble), each as q + 8. */
  Q4_0: { id: 2, bytes: 18, fileType: 2 },
  /** d, then 32 signed bytes. */
  Q8_0: { id: 8, bytes: 34, fileType: 7 },
} as const;
export type BlockType = keyof typeof blockTypes;
export const blockSize = 32;

/** Quantises values (a multiple of 32) as ggml's reference does, into `output` from `start`. */
export function encodeBlocks(type: BlockType, values: Float32Array, output: Uint8Array, start = 0): void {
  const encode = type === 'Q4_0' ? encodeQ4 : encodeQ8;
  const { bytes } = blockTypes[type];
  for (let i = 0, at = start; i < values.length; i += blockSize, at += bytes) encode(values, i, output, at);
}

function encodeQ8(values: Float32Array, from: number, output: Uint8Array, at: number): void {
  let largest = 0;
  for (let i = 0; i < 32; i++) largest = Math.max(largest, Math.abs(values[from + i] as number));
  const d = largest / 127;
  const inverse = d === 0 ? 0 : 1 / d;
  writeScale(output, at, d);
  for (let i = 0; i < 32; i++) output[at + 2 + i] = Math.round((values[from + i] as number) * inverse);
}

function encodeQ4(values: Float32Array, from: number, output: Uint8Array, at: number): void {
  // The scale's sign is such that the value farthest from zero becomes exactly −8, the wider end of the range.
  let farthest = 0;
  for (let i = 0; i < 32; i++) {
    const value = values[from + i] as number;
    if (Math.abs(value) > Math.abs(farthest)) farthest = value;
  }
  const d = farthest / -8;
  const inverse = d === 0 ? 0 : 1 / d;
  writeScale(output, at, d);
  for (let j = 0; j < 16; j++) {
    const low = Math.min(15, Math.floor((values[from + j] as number) * inverse + 8.5));
    const high = Math.min(15, Math.floor((values[from + j + 16] as number) * inverse + 8.5));
    output[at + 2 + j] = low | (high << 4);
  }
}

function writeScale(output: Uint8Array, at: number, d: number): void {
  const half = toHalf(d);
  output[at] = half & 0xff;
  output[at + 1] = half >>> 8;
}
