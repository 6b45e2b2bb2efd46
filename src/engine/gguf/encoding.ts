import { floatEncoding, type Packing, type TensorEncoding } from '../checkpoint/tensor-encoding.ts';
import type { BlockFormat, Groups } from './blocks.ts';
import { type GgufType, ggufTypes } from './types.ts';

/** One for each type, because a scratch buffer belongs to it. */
const encodings = new Map<GgufType, TensorEncoding>([...ggufTypes.values()].map((type) => [type, makeEncoding(type)]));

export function encodingOf(type: GgufType): TensorEncoding {
  return encodings.get(type)!;
}

function makeEncoding(type: GgufType): TensorEncoding {
  const { name, values, bytes, format } = type;
  if (typeof format === 'string') return floatEncoding(format);
  const unpack = unpacker(type, format);
  return {
    name,
    values,
    bytes,
    decode: (data, out) => dequantise(unpack(data), format.group, out),
    packing: packingOf(format, unpack),
  };
}

/** What it returns is valid until it is called again. */
type Unpacker = (data: Uint8Array) => Groups;

function unpacker({ values, bytes }: GgufType, { group, unpack }: BlockFormat): Unpacker {
  let scratch = makeGroups(0, 0);
  return (data) => {
    const blocks = data.byteLength / bytes;
    const groups = (blocks * values) / group;
    if (scratch.scales.length < groups) scratch = makeGroups(groups, group);
    unpack(data, blocks, scratch);
    return {
      codes: scratch.codes.subarray(0, groups * group),
      scales: scratch.scales.subarray(0, groups),
      offsets: scratch.offsets.subarray(0, groups),
    };
  };
}

function makeGroups(groups: number, group: number): Groups {
  return {
    codes: new Int8Array(groups * group),
    scales: new Float32Array(groups),
    // Types without offsets leave them; adding −0 changes no number, not even −0.
    offsets: new Float32Array(groups).fill(-0),
  };
}

/** As ggml does it: scale · code, rounded, then plus the offset, rounded. */
function dequantise({ codes, scales, offsets }: Groups, group: number, out: Float32Array): void {
  for (let index = 0, at = 0; index < scales.length; index++) {
    const scale = scales[index]!;
    const offset = offsets[index]!;
    for (const end = at + group; at < end; at++) out[at] = Math.fround(scale * codes[at]!) + offset;
  }
}

/** In 4 bits the codes 0 … 15 are stored as they are, hence the zero point 8 moves the offset by eight scales. */
function packingOf({ group, range, offsets }: BlockFormat, unpack: Unpacker): Packing {
  const bits = range === '8 bits' ? 8 : 4;
  const shift = range === '0…15' ? 8 : 0;
  return {
    storage: { kind: 'quantised', bits, block: group, ...(offsets && { offsets }) },
    pack(data, out) {
      const groups = unpack(data);
      if (bits === 8) pack8(groups.codes, out.packed);
      else pack4(groups.codes, 8 - shift, out.packed);
      out.scales.set(groups.scales);
      if (offsets) moveOffsets(groups, shift, out.offsets);
      return sumOfSquares(groups, group);
    },
  };
}

function pack8(codes: Int8Array, packed: Uint8Array): void {
  for (let at = 0; at < codes.length; at++) packed[at] = codes[at]! + 128;
}

function pack4(codes: Int8Array, zero: number, packed: Uint8Array): void {
  for (let at = 0; at < codes.length; at += 2) packed[at >> 1] = (codes[at]! + zero) | ((codes[at + 1]! + zero) << 4);
}

function moveOffsets({ scales, offsets }: Groups, shift: number, out: Float32Array): void {
  for (let index = 0; index < scales.length; index++) out[index] = offsets[index]! + shift * scales[index]!;
}

/** Scales or offsets that are not finite make it NaN or infinite. */
function sumOfSquares({ codes, scales, offsets }: Groups, group: number): number {
  let squares = 0;
  for (let index = 0, at = 0; index < scales.length; index++) {
    const scale = scales[index]!;
    const offset = offsets[index]!;
    let sum = 0;
    let codeSquares = 0;
    for (const end = at + group; at < end; at++) {
      const code = codes[at]!;
      sum += code;
      codeSquares += code * code;
    }
    squares += scale * scale * codeSquares + 2 * scale * offset * sum + group * offset * offset;
  }
  return squares;
}
