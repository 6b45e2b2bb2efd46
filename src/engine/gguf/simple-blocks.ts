import { type BlockFormat, halfAt, type Unpack } from './blocks.ts';

/**
 * The types of 32 values with one scale, and perhaps one offset. The low nibbles of 16 bytes are the values 0 … 15, the high
 * ones 16 … 31; a fifth bit is bit i of 32.
 */

const size = 32;
const half = 16;

const unpackQ4: (bytesPerBlock: number, zero: number) => Unpack = (bytesPerBlock, zero) => (bytes, count, out) => {
  const data = bytesPerBlock - half;
  for (let block = 0; block < count; block++) {
    const at = block * bytesPerBlock;
    out.scales[block] = halfAt(bytes, at);
    if (zero === 0) out.offsets[block] = halfAt(bytes, at + 2);
    for (let i = 0, to = block * size; i < half; i++, to++) {
      const byte = bytes[at + data + i]!;
      out.codes[to] = (byte & 15) - zero;
      out.codes[to + half] = (byte >> 4) - zero;
    }
  }
};

const unpackQ5: (bytesPerBlock: number, zero: number) => Unpack = (bytesPerBlock, zero) => (bytes, count, out) => {
  const data = bytesPerBlock - half;
  for (let block = 0; block < count; block++) {
    const at = block * bytesPerBlock;
    out.scales[block] = halfAt(bytes, at);
    if (zero === 0) out.offsets[block] = halfAt(bytes, at + 2);
    const high = data + at - 4;
    const bits = bytes[high]! | (bytes[high + 1]! << 8) | (bytes[high + 2]! << 16) | (bytes[high + 3]! << 24);
    for (let i = 0, to = block * size; i < half; i++, to++) {
      const byte = bytes[at + data + i]!;
      out.codes[to] = ((byte & 15) | (((bits >>> i) & 1) << 4)) - zero;
      out.codes[to + half] = ((byte >> 4) | (((bits >>> (i + half)) & 1) << 4)) - zero;
    }
  }
};

const unpackQ8: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * (size + 2);
    out.scales[block] = halfAt(bytes, at);
    for (let i = 0; i < size; i++) out.codes[block * size + i] = bytes[at + 2 + i]!;
  }
};

export const q4_0: BlockFormat = { group: 32, range: '-8…7', offsets: false, unpack: unpackQ4(18, 8) };
export const q4_1: BlockFormat = { group: 32, range: '0…15', offsets: true, unpack: unpackQ4(20, 0) };
export const q5_0: BlockFormat = { group: 32, range: '8 bits', offsets: false, unpack: unpackQ5(22, 16) };
export const q5_1: BlockFormat = { group: 32, range: '8 bits', offsets: true, unpack: unpackQ5(24, 0) };
export const q8_0: BlockFormat = { group: 32, range: '8 bits', offsets: false, unpack: unpackQ8 };
