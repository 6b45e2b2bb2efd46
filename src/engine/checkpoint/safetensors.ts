import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { readFully } from '../../shared/atomic-file.ts';
import { requireRegularFile } from '../../shared/regular-file.ts';
import { bytesPerElement, type FloatType, isFloatType, toFloat32 } from './dtype-conversion.ts';
import { fileUnreadable, truncatedSafetensors, unsupportedTensorType } from './errors.ts';
import {
  headerLength,
  lengthBytes,
  maxHeaderBytes,
  parseHeader,
  type SafetensorsHeader,
  type SafetensorsTensor,
} from './safetensors-header.ts';

/** A validated safetensors file and what identifies its content cheaply. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Time of last modification in nanoseconds, decimal. */
  readonly modified: string;
  /** sha256 (hex) of the length and the header. */
  readonly headerDigest: string;
}

/** Default size of one read. */
const chunkBytes = 4 * 1024 * 1024;

/**
 * Reads and validates the header; tensor bytes are not read.
 * @throws RetuneError `checkpoint.unreadable`, `checkpoint.truncated`, `checkpoint.bad-safetensors`
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  return withFile(path, async (file) => {
    const status = await file.stat({ bigint: true });
    const bytes = Number(status.size);
    const first = new Uint8Array(Math.min(lengthBytes, bytes));
    await readFully(file, first, 0);
    const length = headerLength(path, first, bytes);
    // Allocated only after `headerLength` compared it with the file's real size and the format's limit.
    const json = new Uint8Array(Math.min(length, maxHeaderBytes));
    const read = await readFully(file, json, lengthBytes);
    if (read < length) throw truncatedSafetensors(path, lengthBytes + length, lengthBytes + read);
    return {
      ...parseHeader(path, json, bytes),
      path,
      name: basename(path),
      bytes,
      modified: status.mtimeNs.toString(),
      headerDigest: createHash('sha256').update(first).update(json).digest('hex'),
    };
  });
}

/** Opens a regular file for reading; failures of the system become `checkpoint.unreadable`. */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    await requireRegularFile(path);
    file = await open(path, 'r');
  } catch (cause) {
    throw fileUnreadable(path, cause);
  }
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/**
 * Yields a byte range of a file in pieces. All pieces share one buffer: a piece is valid until the next is asked for.
 * @throws RetuneError `checkpoint.truncated` when the file ends before the range does, `checkpoint.unreadable`
 */
export async function* readChunks(
  file: FileHandle,
  path: string,
  range: { readonly offset: number; readonly bytes: number },
  size = chunkBytes,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(size, range.bytes));
  for (let done = 0; done < range.bytes; done += size) {
    const piece = buffer.subarray(0, Math.min(size, range.bytes - done));
    const read = await readFully(file, piece, range.offset + done).catch((cause: unknown) => {
      throw fileUnreadable(path, cause);
    });
    if (read < piece.byteLength) {
      throw truncatedSafetensors(path, range.offset + range.bytes, range.offset + done + read);
    }
    yield piece;
  }
}

/** The tensor's type when it can be converted to fp32; otherwise throws `checkpoint.unsupported-dtype`. */
function floatTypeOf(path: string, tensor: { readonly name: string; readonly dtype: string }): FloatType {
  if (!isFloatType(tensor.dtype)) throw unsupportedTensorType(path, tensor.name, tensor.dtype);
  return tensor.dtype;
}

/** A whole tensor as fp32, read in chunks, so that only the result and one chunk are in memory. */
export async function readFloat32(
  path: string,
  tensor: Pick<SafetensorsTensor, 'name' | 'dtype' | 'offset' | 'bytes'>,
): Promise<Float32Array> {
  const dtype = floatTypeOf(path, tensor);
  const values = new Float32Array(tensor.bytes / bytesPerElement[dtype]);
  await withFile(path, async (file) => {
    let done = 0;
    for await (const chunk of readChunks(file, path, tensor)) {
      const elements = chunk.byteLength / bytesPerElement[dtype];
      toFloat32(dtype, chunk, elements, values.subarray(done, done + elements));
      done += elements;
    }
  });
  return values;
}
