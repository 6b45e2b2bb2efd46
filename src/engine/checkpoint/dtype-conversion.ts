/** Conversion between the float types of safetensors and fp32. Every platform of onnxruntime-node is little-endian. */

const floatTypes = ['F32', 'F16', 'BF16'] as const;
export type FloatType = (typeof floatTypes)[number];

export const bytesPerElement: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2 };

export function isFloatType(dtype: string): dtype is FloatType {
  return (floatTypes as readonly string[]).includes(dtype);
}

/**
 * Converts `elements` little-endian values at the start of `bytes` into the start of `out`.
 * `bytes` must begin at a multiple of four in its buffer.
 */
export function toFloat32(dtype: FloatType, bytes: Uint8Array, elements: number, out: Float32Array): void {
  if (dtype === 'F32') {
    out.set(new Float32Array(bytes.buffer, bytes.byteOffset, elements));
    return;
  }
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, elements);
  const bits = new Uint32Array(out.buffer, out.byteOffset, elements);
  if (dtype === 'BF16') bfloat16ToFloat32(halves, bits);
  else float16ToFloat32(halves, bits);
}

function bfloat16ToFloat32(halves: Uint16Array, bits: Uint32Array): void {
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index]! << 16;
}

function float16ToFloat32(halves: Uint16Array, bits: Uint32Array): void {
  const table = float16Table();
  for (let index = 0; index < halves.length; index++) bits[index] = table[halves[index]!]!;
}

/** The number that each of the 65536 halves is. */
export function float16Values(): Float32Array {
  valueTable ??= new Float32Array(float16Table().buffer);
  return valueTable;
}

/** fp32 bits of each of the 65536 halves: a lookup (256 KB) is several times faster than the arithmetic. */
let bitTable: Uint32Array | undefined;
/** The same as numbers. */
let valueTable: Float32Array | undefined;

function float16Table(): Uint32Array {
  bitTable ??= makeFloat16Table();
  return bitTable;
}

function makeFloat16Table(): Uint32Array {
  const values = new Float32Array(65536);
  const bits = new Uint32Array(values.buffer);
  for (let half = 0; half < 65536; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    // A NaN's payload must survive, which only bits guarantee.
    if (exponent === 31) bits[half] = ((half & 0x8000) << 16) | 0x7f800000 | (fraction << 13);
    else values[half] = sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }
  return bits;
}

/** The bytes of `values` in another type, rounded to nearest, ties to even. */
export function fromFloat32(dtype: FloatType, values: Float32Array): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  const round = dtype === 'BF16' ? bfloat16Bits : float16Bits;
  for (let index = 0; index < bits.length; index++) halves[index] = round(bits[index]!);
  return new Uint8Array(halves.buffer);
}

function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Subnormal halves are multiples of 2^-24: add a power of two whose last place has that size, and let fp32 round.
    const scratch = new Float32Array(new Uint32Array([magnitude]).buffer);
    return sign | Math.round(Math.fround(Math.fround(scratch[0]! + 0.5) - 0.5) * 2 ** 24);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
