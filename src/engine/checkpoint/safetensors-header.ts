import { firstDuplicateKey } from './duplicate-keys.ts';
import { badSafetensors, truncatedSafetensors } from './errors.ts';

/**
 * The safetensors format: u64 little-endian header length, a JSON header, then all tensors' bytes without gaps.
 * https://github.com/huggingface/safetensors#format
 */

/** Bits per element of every type the format knows; only F32, F16 and BF16 can be read (dtype-conversion.ts). */
const elementBits: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

/** The format's own limit; a header that claims more is an attack or garbage. */
export const maxHeaderBytes = 100_000_000;
export const lengthBytes = 8;

export interface SafetensorsTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte offset from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes, which cover the file from `dataOffset` to its end without gaps. */
  readonly tensors: readonly SafetensorsTensor[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where tensor bytes begin. */
  readonly dataOffset: number;
}

/** The header's length in bytes, from the file's first eight. */
export function headerLength(path: string, first: Uint8Array, fileBytes: number): number {
  if (first.byteLength < lengthBytes) {
    throw badSafetensors(path, `The file has ${fileBytes} bytes, which is too short for the header's length`);
  }
  const length = new DataView(first.buffer, first.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length < 2n) throw badSafetensors(path, `The header's length is given as ${length} bytes`);
  if (length > BigInt(maxHeaderBytes)) {
    throw badSafetensors(
      path,
      `The header's length is given as ${length} bytes, more than the format's limit of ${maxHeaderBytes}`,
    );
  }
  if (length > BigInt(fileBytes - lengthBytes)) {
    throw truncatedSafetensors(path, lengthBytes + Number(length), fileBytes);
  }
  return Number(length);
}

/**
 * Parses and validates a header; nothing in it is trusted before it was checked against the file's size.
 * @param json the header's bytes, without the length before them
 */
export function parseHeader(path: string, json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const root = parseObject(path, json);
  const dataOffset = lengthBytes + json.byteLength;
  const tensors: SafetensorsTensor[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(root)) {
    if (name === '__metadata__') metadata = parseMetadata(path, value);
    else tensors.push(parseTensor(path, name, value, dataOffset));
  }
  tensors.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkCoverage(path, tensors, dataOffset, fileBytes);
  return { tensors, metadata, dataOffset };
}

function parseObject(path: string, json: Uint8Array): Record<string, unknown> {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
    value = JSON.parse(text);
  } catch {
    throw badSafetensors(path, 'The header is not JSON in UTF-8');
  }
  if (!isObject(value)) throw badSafetensors(path, 'The header is not a JSON object');
  const duplicate = firstDuplicateKey(text);
  if (duplicate !== undefined) throw badSafetensors(path, `The header names ${quote(duplicate)} twice`);
  return value;
}

function parseMetadata(path: string, value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value) || !Object.values(value).every((entry) => typeof entry === 'string')) {
    throw badSafetensors(path, 'The header entry "__metadata__" is not a map of strings');
  }
  return value as Record<string, string>;
}

function parseTensor(path: string, name: string, value: unknown, dataOffset: number): SafetensorsTensor {
  const bad = (problem: string) => badSafetensors(path, `The tensor ${quote(name)} ${problem}`);
  if (!isObject(value)) throw bad('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw bad('has no dtype');
  const bits = Object.hasOwn(elementBits, dtype) ? elementBits[dtype] : undefined;
  if (bits === undefined) throw bad(`has the unknown dtype ${quote(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isSize)) throw bad(`has the shape ${describe(shape)}`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw bad(`has the data_offsets ${describe(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end < begin) throw bad(`ends at byte ${end}, before its start at ${begin}`);
  // The product of safe integers may be inexact, but is then above every possible file size.
  const elements = shape.includes(0) ? 0 : shape.reduce<number>((product, size) => product * size, 1);
  const bytes = (elements * bits) / 8;
  if (bytes !== end - begin) {
    throw bad(`of the type ${dtype} and shape [${shape.join(', ')}] needs ${bytes} bytes, but is given ${end - begin}`);
  }
  return { name, dtype, shape, offset: dataOffset + begin, bytes };
}

/** Every byte after the header belongs to exactly one tensor. */
function checkCoverage(
  path: string,
  tensors: readonly SafetensorsTensor[],
  dataOffset: number,
  fileBytes: number,
): void {
  let end = dataOffset;
  for (const [index, tensor] of tensors.entries()) {
    if (tensor.offset < end) {
      throw badSafetensors(
        path,
        `The tensors ${quote(tensors[index - 1]!.name)} and ${quote(tensor.name)} overlap at byte ${tensor.offset}`,
      );
    }
    if (tensor.offset > end) {
      throw badSafetensors(path, `Bytes ${end} to ${tensor.offset} before ${quote(tensor.name)} belong to no tensor`);
    }
    end = tensor.offset + tensor.bytes;
  }
  if (end > fileBytes) throw truncatedSafetensors(path, end, fileBytes);
  if (end < fileBytes) {
    throw badSafetensors(path, `${fileBytes - end} bytes after the last tensor belong to no tensor`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Hostile names are shown escaped and shortened. */
function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
