import { type BlockFormat, halfAt, type Unpack } from './blocks.ts';

/** The types whose nibbles are places in a table of values, arranged as in the simple types. */

const size = 32;
const half = 16;

const nonlinear = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
/** Numbers of 4 bits (1 sign, 2 exponent, 1 fraction), doubled. */
const floats = Int8Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

/** Bytes `at` … `at + 15` into values `to` … `to + 31`. */
function lookUp(table: Int8Array, bytes: Uint8Array, at: number, codes: Int8Array, to: number): void {
  for (let i = 0; i < half; i++) {
    const byte = bytes[at + i]!;
    codes[to + i] = table[byte & 15]!;
    codes[to + half + i] = table[byte >> 4]!;
  }
}

const unpackIq4Nl: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 18;
    out.scales[block] = halfAt(bytes, at);
    lookUp(nonlinear, bytes, at + 2, out.codes, block * size);
  }
};

/** 256 values: a scale, the upper 2 and the lower 4 bits of eight factors of it, nibbles. */
const unpackIq4Xs: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 136;
    const scale = halfAt(bytes, at);
    const upper = bytes[at + 2]! | (bytes[at + 3]! << 8);
    for (let group = 0; group < 8; group++) {
      const lower = (bytes[at + 4 + (group >> 1)]! >> (4 * (group & 1))) & 15;
      out.scales[block * 8 + group] = scale * ((lower | (((upper >> (2 * group)) & 3) << 4)) - 32);
      lookUp(nonlinear, bytes, at + 8 + group * half, out.codes, (block * 8 + group) * size);
    }
  }
};

/** The scale is a power of two, halved because the table is doubled. */
const unpackMxfp4: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 17;
    out.scales[block] = 2 ** (bytes[at]! - 128);
    lookUp(floats, bytes, at + 1, out.codes, block * size);
  }
};

export const iq4Nl: BlockFormat = { group: 32, range: '8 bits', offsets: false, unpack: unpackIq4Nl };
export const iq4Xs: BlockFormat = { group: 32, range: '8 bits', offsets: false, unpack: unpackIq4Xs };
export const mxfp4: BlockFormat = { group: 32, range: '8 bits', offsets: false, unpack: unpackMxfp4 };
