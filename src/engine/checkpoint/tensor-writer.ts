import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { writeFully } from '../../shared/atomic-file.ts';
import { nonFiniteWeight } from './errors.ts';
import { type QuantisedBlocks, quantise } from './quantise.ts';
import { encodingOfTensor } from './stored-values.ts';
import type { TensorEncoding } from './tensor-encoding.ts';
import type { StoredTensor } from './weight-file.ts';
import { type PlannedEntry, sameStorage } from './weight-layout.ts';
import type { FileRange } from './weights.ts';

export interface ConvertedTensor {
  /** Frobenius norm of the (dequantised) tensor. */
  readonly norm: number;
  /** CRC-32 of the data bytes. */
  readonly dataChecksum: number;
  /** CRC-32 of the scales' bytes; 0 without scales. */
  readonly scalesChecksum: number;
  /** CRC-32 of the offsets' bytes; absent without offsets. */
  readonly offsetsChecksum?: number;
}

/** Room for the conversions of one chunk; each is written before the next chunk is read. */
export interface WriterBuffers extends QuantisedBlocks {
  readonly values: Float32Array;
}

/** @param length of the largest chunk, in values */
export function writerBuffers(length: number): WriterBuffers {
  const blocks = Math.ceil(length / smallestBlock);
  return {
    values: new Float32Array(length),
    packed: new Uint8Array(length),
    scales: new Float32Array(blocks),
    offsets: new Float32Array(blocks),
  };
}

const smallestBlock = 16;

/** Writes one tensor to its place in the weights file, chunk by chunk. */
export class TensorWriter {
  readonly #tensor: StoredTensor;
  readonly #encoding: TensorEncoding;
  readonly #entry: PlannedEntry;
  readonly #buffers: WriterBuffers;
  readonly #data: Section;
  readonly #scales: Section | undefined;
  readonly #offsets: Section | undefined;
  #squares = 0;
  #done = 0;

  constructor(path: string, tensor: StoredTensor, entry: PlannedEntry, output: FileHandle, buffers: WriterBuffers) {
    const section = (range: FileRange | undefined) => range && new Section(output, range.offset);
    this.#tensor = tensor;
    this.#encoding = encodingOfTensor(path, tensor);
    this.#entry = entry;
    this.#buffers = buffers;
    this.#data = new Section(output, entry.data.offset);
    this.#scales = section(entry.scales);
    this.#offsets = section(entry.offsets);
  }

  /** @param piece whole blocks of the tensor's encoding */
  async write(piece: Uint8Array): Promise<void> {
    const { values, packed, scales, offsets } = this.#buffers;
    const { storage } = this.#entry;
    const count = (piece.byteLength / this.#encoding.bytes) * this.#encoding.values;
    const squares = this.#convert(piece, count);
    if (!Number.isFinite(squares)) this.#refuse(piece, count);
    this.#squares += squares;
    this.#done += count;
    if (storage.kind === 'fp32') return this.#data.append(values.subarray(0, count));
    const { bits, block } = storage;
    await this.#data.append(packed.subarray(0, (count * bits) / 8));
    await this.#scales?.append(scales.subarray(0, count / block));
    await this.#offsets?.append(offsets.subarray(0, count / block));
  }

  finish(): ConvertedTensor {
    return {
      norm: Math.sqrt(this.#squares),
      dataChecksum: this.#data.checksum,
      scalesChecksum: this.#scales?.checksum ?? 0,
      ...(this.#offsets && { offsetsChecksum: this.#offsets.checksum }),
    };
  }

  /** Fills the buffers. @returns Σ of the squared values, not finite when one of them is not */
  #convert(piece: Uint8Array, count: number): number {
    const { storage } = this.#entry;
    const { packing } = this.#encoding;
    if (packing && sameStorage(packing.storage, storage)) return packing.pack(piece, this.#buffers);
    const values = this.#buffers.values.subarray(0, count);
    this.#encoding.decode(piece, values);
    return storage.kind === 'fp32'
      ? sumOfSquares(values)
      : quantise(values, storage.bits, storage.block, this.#buffers);
  }

  #refuse(piece: Uint8Array, count: number): never {
    const values = this.#buffers.values.subarray(0, count);
    this.#encoding.decode(piece, values);
    const at = values.findIndex((value) => !Number.isFinite(value));
    throw nonFiniteWeight(this.#tensor.name, this.#done + at, values[at] ?? Number.NaN);
  }
}

/** A range of the weights file that is written from its start to its end. */
class Section {
  readonly #output: FileHandle;
  #end: number;
  checksum = 0;

  constructor(output: FileHandle, offset: number) {
    this.#output = output;
    this.#end = offset;
  }

  async append(values: Float32Array | Uint8Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.checksum = crc32(bytes, this.checksum);
    await writeFully(this.#output, bytes, this.#end);
    this.#end += bytes.byteLength;
  }
}

/** In double precision the square of every finite fp32 value is finite, so the sum shows whether all are. */
function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]! * values[index]!;
  return sum;
}
