import type { FileHandle } from 'node:fs/promises';
import { unsupportedTensorType } from './errors.ts';
import { readChunks, withFile } from './safetensors.ts';
import type { TensorEncoding } from './tensor-encoding.ts';
import type { StoredTensor } from './weight-file.ts';

/** Values of a chunk that tensors are read in; 4 MB as fp32. */
const chunkValues = 2 ** 20;
/** Chunks hold whole quantisation blocks of every size. */
const largestBlock = 128;

/** The largest chunk of a tensor, in values. */
export function chunkLength({ shape, interleaved, encoding }: StoredTensor): number {
  const width = shape.length === 2 ? shape[1]! : 1;
  const unit = interleaved === undefined ? Math.max(largestBlock, encoding?.values ?? 1) : interleaved * width;
  return Math.max(unit, Math.floor(chunkValues / unit) * unit);
}

/** The tensor's encoding; otherwise throws `checkpoint.unsupported-dtype`. */
export function encodingOfTensor(path: string, { name, dtype, encoding }: StoredTensor): TensorEncoding {
  if (encoding === undefined) throw unsupportedTensorType(path, name, dtype);
  return encoding;
}

/**
 * Yields a tensor's bytes in pieces of whole blocks, each valid until the next is asked for.
 * `restoreRows` is to be called on a piece before its values are used.
 */
export function readPieces(file: FileHandle, path: string, tensor: StoredTensor): AsyncGenerator<Uint8Array> {
  const { values = 1, bytes = 1 } = tensor.encoding ?? {};
  return readChunks(file, path, tensor, (chunkLength(tensor) / values) * bytes);
}

/**
 * Brings the rows of whole heads into order, in place: row 2p + j of a head becomes row j · size/2 + p, j = 0, 1.
 * llama.cpp rotates neighbouring rows of q and k together, transformers the two halves of a head.
 */
export function restoreRows(piece: Uint8Array, { shape, bytes, interleaved }: StoredTensor): void {
  if (interleaved === undefined) return;
  const rowBytes = bytes / shape[0]!;
  const headBytes = interleaved * rowBytes;
  const half = headBytes / 2;
  const head = new Uint8Array(headBytes);
  for (let start = 0; start < piece.byteLength; start += headBytes) {
    head.set(piece.subarray(start, start + headBytes));
    for (let row = 0; row < interleaved; row++) {
      const to = start + (row % 2) * half + (row >> 1) * rowBytes;
      piece.set(head.subarray(row * rowBytes, (row + 1) * rowBytes), to);
    }
  }
}

/** A whole tensor as fp32, row-major. */
export async function readValues(path: string, tensor: StoredTensor): Promise<Float32Array> {
  const encoding = encodingOfTensor(path, tensor);
  const values = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1));
  await withFile(path, async (file) => {
    let done = 0;
    for await (const piece of readPieces(file, path, tensor)) {
      restoreRows(piece, tensor);
      encoding.decode(piece, values.subarray(done));
      done += (piece.byteLength / encoding.bytes) * encoding.values;
    }
  });
  return values;
}
