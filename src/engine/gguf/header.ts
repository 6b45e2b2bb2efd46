import { Cursor } from './cursor.ts';
import { damagedGguf, truncatedGguf, unsupportedGgufType, unsupportedGgufVersion } from './errors.ts';
import { Metadata, minPairBytes, quote, readPairs } from './metadata.ts';
import { type GgufType, ggufTypeName, ggufTypes } from './types.ts';

/**
 * The GGUF format, versions 2 and 3: magic, version, counts, metadata, a table of tensors; then, at a multiple of the
 * alignment, the tensors' bytes. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export interface GgufHeader {
  readonly metadata: Metadata;
  /** In the order of their bytes, which do not overlap; there is padding between them. */
  readonly tensors: readonly GgufTensor[];
  /** Where tensor bytes begin. */
  readonly dataOffset: number;
}

export interface GgufTensor {
  /** llama.cpp's: `blk.0.attn_q.weight`. */
  readonly name: string;
  readonly type: GgufType;
  /** Rows first, as in safetensors; ggml writes them the other way round. */
  readonly shape: readonly number[];
  /** Byte offset from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

const magic = 0x46554747;
const defaultAlignment = 32;
const maxDimensions = 4;
/** A name, the number of dimensions, type and offset. */
const minTensorBytes = 24;

/**
 * Parses and validates a header; nothing in it is believed before it was checked against the file's size.
 * @param bytes the file's first bytes
 * @throws RetuneError `gguf.*`; HeaderContinues when there are more bytes to the header
 */
export function parseHeader(path: string, bytes: Uint8Array, fileBytes: number): GgufHeader {
  const cursor = new Cursor(path, bytes, fileBytes);
  requireVersion(cursor);
  const tensorCount = readCount(cursor, 'tensors', minTensorBytes);
  const pairCount = readCount(cursor, 'pairs of metadata', minPairBytes);
  const metadata = new Metadata(path, readPairs(cursor, pairCount));
  const alignment = readAlignment(metadata);
  const tensors = Array.from({ length: tensorCount }, () => readTensor(cursor, alignment));
  const dataOffset = Math.ceil(cursor.at / alignment) * alignment;
  const placed = tensors.map((tensor) => ({ ...tensor, offset: dataOffset + tensor.offset }));
  placed.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkPlaces(path, placed, fileBytes);
  return { metadata, tensors: placed, dataOffset };
}

function requireVersion(cursor: Cursor): void {
  if (cursor.left < 4 || cursor.u32() !== magic) throw cursor.damaged('It does not begin with the letters GGUF');
  const version = cursor.u32();
  if (version === 2 || version === 3) return;
  const swapped = (version & 0xffff) === 0;
  throw unsupportedGgufVersion(cursor.path, swapped ? 'It is in big-endian byte order' : `It is of version ${version}`);
}

function readCount(cursor: Cursor, what: string, minBytes: number): number {
  const count = cursor.u64();
  if (count * minBytes > cursor.left) throw cursor.damaged(`It claims ${count} ${what}, more than the file can hold`);
  return count;
}

function readAlignment(metadata: Metadata): number {
  const key = 'general.alignment';
  const alignment = metadata.size(key) ?? defaultAlignment;
  const valid = alignment > 0 && alignment <= 2 ** 20 && Number.isInteger(Math.log2(alignment));
  if (!valid) throw metadata.bad(key, `is ${alignment}, which is no power of two up to ${2 ** 20}`);
  return alignment;
}

/** @returns the tensor with its offset from the beginning of the tensors' bytes */
function readTensor(cursor: Cursor, alignment: number): GgufTensor {
  const name = cursor.text();
  const bad = (problem: string) => cursor.damaged(`The tensor ${quote(name)} ${problem}`);
  const dimensions = cursor.u32();
  if (dimensions < 1 || dimensions > maxDimensions) throw bad(`has ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, () => cursor.u64()).reverse();
  const typeNumber = cursor.u32();
  const type = ggufTypes.get(typeNumber);
  if (type === undefined) {
    const known = [...ggufTypes.values()].map((each) => each.name);
    throw unsupportedGgufType(cursor.path, quote(name), ggufTypeName(typeNumber), known);
  }
  const columns = shape.at(-1)!;
  if (columns % type.values !== 0) {
    throw bad(`of the type ${type.name} has rows of ${columns} values, which is no multiple of ${type.values}`);
  }
  // The product of large sizes may be inexact, but is then above every possible file size.
  const bytes = (shape.reduce((product, size) => product * size, 1) / type.values) * type.bytes;
  if (!(bytes > 0 && bytes <= cursor.fileBytes)) throw bad(`has the shape [${shape.join(', ')}]`);
  const offset = cursor.u64();
  if (offset % alignment !== 0) throw bad(`begins at ${offset}, which is no multiple of ${alignment}`);
  return { name, type, shape, offset, bytes };
}

function checkPlaces(path: string, tensors: readonly GgufTensor[], fileBytes: number): void {
  const names = new Set<string>();
  let before: GgufTensor | undefined;
  for (const tensor of tensors) {
    if (names.has(tensor.name)) throw damagedGguf(path, `The tensor ${quote(tensor.name)} is listed twice`);
    names.add(tensor.name);
    if (before !== undefined && before.offset + before.bytes > tensor.offset) {
      throw damagedGguf(path, `The tensors ${quote(before.name)} and ${quote(tensor.name)} overlap`);
    }
    before = tensor;
  }
  const end = before === undefined ? 0 : before.offset + before.bytes;
  if (end > fileBytes) throw truncatedGguf(path, end, fileBytes);
}
