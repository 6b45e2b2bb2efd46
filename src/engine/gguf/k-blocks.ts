import { type BlockFormat, halfAt, type Unpack } from './blocks.ts';

/**
 * The K types: blocks of 256 values with one or two fp16 scales, which the scales (and offsets) of 16 groups of 16 values
 * or of 8 groups of 32 are small multiples of.
 */

const size = 256;

/** 16 bytes of two nibbles (multiples of scale and offset), 64 of four codes, scale, offset. */
const unpackQ2: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 84;
    const scale = halfAt(bytes, at + 80);
    const offset = halfAt(bytes, at + 82);
    for (let group = 0; group < 16; group++) {
      const multiples = bytes[at + group]!;
      out.scales[block * 16 + group] = scale * (multiples & 15);
      out.offsets[block * 16 + group] = -offset * (multiples >> 4);
    }
    twoBitCodes(bytes, at + 16, out.codes, block * size);
  }
};

/** 32 bytes of upper bits (1 means none is taken away), 64 of four codes, 12 of multiples of the scale, scale. */
const unpackQ3: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 110;
    const scale = halfAt(bytes, at + 108);
    for (let group = 0; group < 16; group++) {
      const lower = (bytes[at + 96 + (group & 7)]! >> (4 * (group >> 3))) & 15;
      const upper = (bytes[at + 104 + (group & 3)]! >> (2 * (group >> 2))) & 3;
      out.scales[block * 16 + group] = scale * ((lower | (upper << 4)) - 32);
    }
    twoBitCodes(bytes, at + 32, out.codes, block * size);
    for (let i = 0, to = block * size; i < size; i++, to++) {
      if (((bytes[at + (i & 31)]! >> (i >> 5)) & 1) === 0) out.codes[to]! -= 4;
    }
  }
};

/** 64 bytes, each with the codes of four values that are 32 apart. */
function twoBitCodes(bytes: Uint8Array, at: number, codes: Int8Array, to: number): void {
  for (let i = 0; i < size; i++) {
    codes[to + i] = (bytes[at + ((i >> 7) << 5) + (i & 31)]! >> (((i >> 5) & 3) << 1)) & 3;
  }
}

/** Scale, offset, 12 bytes of their multiples, 128 bytes of nibbles. */
const unpackQ4: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 144;
    scalesAndOffsets(bytes, at, out.scales, out.offsets, block * 8);
    nibbles(bytes, at + 16, out.codes, block * size);
  }
};

/** The same with 32 bytes of fifth bits before the nibbles. */
const unpackQ5: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 176;
    scalesAndOffsets(bytes, at, out.scales, out.offsets, block * 8);
    nibbles(bytes, at + 48, out.codes, block * size);
    for (let i = 0, to = block * size; i < size; i++, to++) {
      out.codes[to]! |= ((bytes[at + 16 + (i & 31)]! >> (i >> 5)) & 1) << 4;
    }
  }
};

/** Of eight groups: 6 bits each, of the last four the upper two lie in the bytes of the first four. */
function scalesAndOffsets(
  bytes: Uint8Array,
  at: number,
  scales: Float32Array,
  offsets: Float32Array,
  to: number,
): void {
  const scale = halfAt(bytes, at);
  const offset = halfAt(bytes, at + 2);
  for (let group = 0; group < 4; group++) {
    const first = bytes[at + 4 + group]!;
    const second = bytes[at + 8 + group]!;
    const both = bytes[at + 12 + group]!;
    scales[to + group] = scale * (first & 63);
    offsets[to + group] = -offset * (second & 63);
    scales[to + group + 4] = scale * ((both & 15) | ((first >> 2) & 48));
    offsets[to + group + 4] = -offset * ((both >> 4) | ((second >> 2) & 48));
  }
}

/** 128 bytes, each with the codes of two values that are 32 apart. */
function nibbles(bytes: Uint8Array, at: number, codes: Int8Array, to: number): void {
  for (let i = 0; i < size; i++) {
    codes[to + i] = (bytes[at + ((i >> 6) << 5) + (i & 31)]! >> (((i >> 5) & 1) << 2)) & 15;
  }
}

/** 128 bytes of lower nibbles (values 64 apart), 64 of upper two bits (32 apart), 16 signed multiples of the scale, scale. */
const unpackQ6: Unpack = (bytes, count, out) => {
  for (let block = 0; block < count; block++) {
    const at = block * 210;
    const scale = halfAt(bytes, at + 208);
    for (let group = 0; group < 16; group++) {
      out.scales[block * 16 + group] = scale * ((bytes[at + 192 + group]! << 24) >> 24);
    }
    for (let i = 0, to = block * size; i < size; i++, to++) {
      const lower = (bytes[at + ((i >> 7) << 6) + (i & 63)]! >> (((i >> 6) & 1) << 2)) & 15;
      const upper = (bytes[at + 128 + ((i >> 7) << 5) + (i & 31)]! >> (((i >> 5) & 3) << 1)) & 3;
      out.codes[to] = (lower | (upper << 4)) - 32;
    }
  }
};

export const q2K: BlockFormat = { group: 16, range: '-8…7', offsets: true, unpack: unpackQ2 };
export const q3K: BlockFormat = { group: 16, range: '-8…7', offsets: false, unpack: unpackQ3 };
export const q4K: BlockFormat = { group: 32, range: '0…15', offsets: true, unpack: unpackQ4 };
export const q5K: BlockFormat = { group: 32, range: '8 bits', offsets: true, unpack: unpackQ5 };
export const q6K: BlockFormat = { group: 16, range: '8 bits', offsets: false, unpack: unpackQ6 };
