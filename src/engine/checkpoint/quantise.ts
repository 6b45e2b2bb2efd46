/**
 * Block quantisation in MatMulNBits' layout: rows of `columns` values are cut into blocks with one fp32 scale each, and
 * value = scale · (q − zero point), zero point 8 (4 bits) or 128 (8 bits). In 4 bits the low nibble holds the even index.
 * Weights that came quantised may add an offset to all values of a block; none arises here.
 */

export type Block = 16 | 32 | 64 | 128;

export interface QuantisedBlocks {
  /** u8 [values/block, block·bits/8]. */
  readonly packed: Uint8Array;
  /** fp32 [values/block]. */
  readonly scales: Float32Array;
  /** fp32 [values/block], only used by weights that came with offsets. */
  readonly offsets: Float32Array;
}

/**
 * Quantises whole blocks into the start of `out`.
 * @param values length is a multiple of `block`
 * @returns Σ of the squared dequantised values, or NaN when a value is not finite (`out` is then meaningless)
 */
export function quantise(
  values: Float32Array,
  bits: 4 | 8,
  block: Block,
  out: Pick<QuantisedBlocks, 'packed' | 'scales'>,
): number {
  return bits === 4 ? quantise4(values, block, out) : quantise8(values, block, out);
}

/** scale = −(the value of largest magnitude, with its sign) / 8: this value is exact, and all 16 codes are in use. */
function quantise4(
  values: Float32Array,
  block: Block,
  { packed, scales }: Pick<QuantisedBlocks, 'packed' | 'scales'>,
): number {
  let squares = 0;
  // NaN and infinities survive addition, so one sum finds them all.
  let probe = 0;
  for (let index = 0, start = 0; start < values.length; index++, start += block) {
    let largest = 0;
    let extreme = 0;
    for (let at = start; at < start + block; at++) {
      const value = values[at]!;
      probe += value;
      const magnitude = Math.abs(value);
      if (magnitude > largest) {
        largest = magnitude;
        extreme = value;
      }
    }
    const scale = representable(extreme / -8);
    scales[index] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    let codeSquares = 0;
    for (let at = start; at < start + block; at += 2) {
      // Never negative, so that truncation rounds: the extreme value maps to −8 + 8.5, its opposite to 16.5.
      let even = (values[at]! * inverse + 8.5) | 0;
      let odd = (values[at + 1]! * inverse + 8.5) | 0;
      if (even > 15) even = 15;
      if (odd > 15) odd = 15;
      packed[at >> 1] = even | (odd << 4);
      codeSquares += (even - 8) * (even - 8) + (odd - 8) * (odd - 8);
    }
    squares += scale * scale * codeSquares;
  }
  return Number.isFinite(probe) ? squares : Number.NaN;
}

/** scale = largest magnitude / 127; codes 1 … 255. */
function quantise8(
  values: Float32Array,
  block: Block,
  { packed, scales }: Pick<QuantisedBlocks, 'packed' | 'scales'>,
): number {
  let squares = 0;
  let probe = 0;
  for (let index = 0, start = 0; start < values.length; index++, start += block) {
    let largest = 0;
    for (let at = start; at < start + block; at++) {
      const value = values[at]!;
      probe += value;
      const magnitude = Math.abs(value);
      if (magnitude > largest) largest = magnitude;
    }
    const scale = representable(largest / 127);
    scales[index] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    let codeSquares = 0;
    for (let at = start; at < start + block; at++) {
      const code = (values[at]! * inverse + 128.5) | 0;
      packed[at] = code;
      codeSquares += (code - 128) * (code - 128);
    }
    squares += scale * scale * codeSquares;
  }
  return Number.isFinite(probe) ? squares : Number.NaN;
}

/**
 * The scale in fp32. Zero for a block of zeros, and for one so small that its scale has lost precision (subnormal):
 * such a block becomes zeros.
 */
function representable(scale: number): number {
  return Math.abs(scale) < 2 ** -126 ? 0 : Math.fround(scale);
}

/**
 * The reference of the layout: what MatMulNBits computes with.
 * @public what the graphs are tested against
 */
export function dequantise(
  { packed, scales, offsets }: Pick<QuantisedBlocks, 'packed' | 'scales'> & Partial<QuantisedBlocks>,
  bits: 4 | 8,
  block: Block,
): Float32Array {
  const values = new Float32Array(scales.length * block);
  for (let index = 0; index < values.length; index++) {
    const code = bits === 8 ? packed[index]! - 128 : ((packed[index >> 1]! >> (index % 2 === 0 ? 0 : 4)) & 15) - 8;
    const at = Math.floor(index / block);
    values[index] = scales[at]! * code + (offsets?.[at] ?? 0);
  }
  return values;
}
