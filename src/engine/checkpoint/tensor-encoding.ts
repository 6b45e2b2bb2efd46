import { bytesPerElement, type FloatType, toFloat32 } from './dtype-conversion.ts';
import type { QuantisedBlocks } from './quantise.ts';
import type { QuantisedStorage } from './weights.ts';

/** How a file stores the values of a tensor: in blocks of `values` values and `bytes` bytes, which never cross rows. */
export interface TensorEncoding {
  /** As messages name it: BF16, Q4_K. */
  readonly name: string;
  readonly values: number;
  readonly bytes: number;
  /** All blocks in `bytes`, which begin at a multiple of four in their buffer, as fp32 into the start of `out`. */
  decode(bytes: Uint8Array, out: Float32Array): void;
  /** Present when the layout of the weights file can hold these values without a loss. */
  readonly packing?: Packing;
}

export interface Packing {
  readonly storage: QuantisedStorage;
  /**
   * All blocks in `bytes` into the start of `out`.
   * @returns Σ of the squared values, or NaN when one is not finite (`out` is then meaningless)
   */
  pack(bytes: Uint8Array, out: QuantisedBlocks): number;
}

export function floatEncoding(type: FloatType): TensorEncoding {
  const width = bytesPerElement[type];
  return {
    name: type,
    values: 1,
    bytes: width,
    decode: (bytes, out) => toFloat32(type, bytes, bytes.byteLength / width, out),
  };
}
