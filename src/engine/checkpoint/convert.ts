import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { writeFully } from '../../shared/atomic-file.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sourceChanged } from './conversion-errors.ts';
import { bytesPerElement, type FloatType, toFloat32 } from './dtype-conversion.ts';
import { nonFiniteWeight } from './errors.ts';
import { quantise } from './quantise.ts';
import { chunkBytes, floatTypeOf, readChunks, type SafetensorsFile, withFile } from './safetensors.ts';
import type { PlannedEntry, WeightLayout } from './weight-layout.ts';

interface ConvertedTensor {
  /** Frobenius norm of the (dequantised) tensor. */
  readonly norm: number;
  /** CRC-32 of the data bytes. */
  readonly dataChecksum: number;
  /** CRC-32 of the scales' bytes; 0 without scales. */
  readonly scalesChecksum: number;
}

export interface Conversion {
  readonly tensors: ReadonlyMap<string, ConvertedTensor>;
  /** sha256 (hex) of each of the checkpoint's files, in their order. */
  readonly sources: readonly string[];
}

/**
 * Reads every source file once from start to end, digesting it, and writes each needed tensor to its place.
 * Memory: one chunk of the source and its conversions, about 20 MB, whatever the model's size.
 * @param onProgress fraction of the source bytes done, 0 to 1
 * @throws RetuneError `checkpoint.non-finite`, `checkpoint.source-changed`, `cancelled`; the system's error when writing fails
 */
export async function convertWeights(
  checkpoint: Checkpoint,
  layout: WeightLayout,
  output: FileHandle,
  onProgress?: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<Conversion> {
  const total = checkpoint.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  const tick = (bytes: number) => {
    throwIfCancelled(signal, 'Converting the weights');
    done += bytes;
    onProgress?.(done / total);
  };
  await output.truncate(layout.bytes);
  const buffers = makeBuffers();
  const tensors = new Map<string, ConvertedTensor>();
  const sources: string[] = [];
  for (const source of checkpoint.files) {
    const digest = createHash('sha256');
    await withFile(source.path, async (file) => {
      await requireUnchanged(source, file);
      for await (const chunk of readChunks(file, source.path, { offset: 0, bytes: source.dataOffset })) {
        digest.update(chunk);
        tick(chunk.byteLength);
      }
      // In the order of their bytes, which leave no gap: the digest covers the whole file.
      for (const tensor of source.tensors) {
        const planned = layout.entries.get(tensor.name);
        const needed = planned && checkpoint.tensors.get(tensor.name)?.file === source.path;
        const writer = needed
          ? tensorWriter(tensor.name, planned, floatTypeOf(source.path, tensor), output, buffers)
          : undefined;
        for await (const chunk of readChunks(file, source.path, tensor)) {
          digest.update(chunk);
          await writer?.write(chunk);
          tick(chunk.byteLength);
        }
        if (writer) tensors.set(tensor.name, writer.finish());
      }
      await requireUnchanged(source, file);
    });
    sources.push(digest.digest('hex'));
  }
  return { tensors, sources };
}

/** sha256 (hex) of a whole file. */
export async function digestFile(source: SafetensorsFile, signal?: AbortSignal): Promise<string> {
  const digest = createHash('sha256');
  await withFile(source.path, async (file) => {
    await requireUnchanged(source, file);
    for await (const chunk of readChunks(file, source.path, { offset: 0, bytes: source.bytes })) {
      throwIfCancelled(signal, 'Checking the model');
      digest.update(chunk);
    }
  });
  return digest.digest('hex');
}

/** The headers were validated when the checkpoint was opened; they only hold for the same file. */
async function requireUnchanged(source: SafetensorsFile, file: FileHandle): Promise<void> {
  const status = await file.stat({ bigint: true });
  if (Number(status.size) !== source.bytes || status.mtimeNs.toString() !== source.modified) {
    throw sourceChanged(source.path);
  }
}

/** Room for the conversions of one chunk; each is written before the next chunk is read. */
interface Buffers {
  readonly values: Float32Array;
  readonly packed: Uint8Array;
  readonly scales: Float32Array;
}

function makeBuffers(): Buffers {
  const elements = chunkBytes / 2;
  return {
    values: new Float32Array(elements),
    packed: new Uint8Array(elements),
    scales: new Float32Array(elements / 32),
  };
}

/** Chunks are multiples of the largest block in every source type, so that no block is split between two. */
function tensorWriter(name: string, entry: PlannedEntry, dtype: FloatType, output: FileHandle, buffers: Buffers) {
  const width = bytesPerElement[dtype];
  let converted = 0;
  let squares = 0;
  let dataChecksum = 0;
  let scalesChecksum = 0;
  let dataEnd = entry.data.offset;
  let scalesEnd = entry.scales?.offset ?? 0;

  return {
    async write(chunk: Uint8Array): Promise<void> {
      const count = chunk.byteLength / width;
      const values = buffers.values.subarray(0, count);
      toFloat32(dtype, chunk, count, values);
      let data: Uint8Array;
      let chunkSquares: number;
      if (entry.storage.kind === 'fp32') {
        chunkSquares = sumOfSquares(values);
        data = bytesOf(values);
      } else {
        const { bits, block } = entry.storage;
        chunkSquares = quantise(values, bits, block, buffers);
        data = buffers.packed.subarray(0, (count * bits) / 8);
        const scales = bytesOf(buffers.scales.subarray(0, count / block));
        scalesChecksum = crc32(scales, scalesChecksum);
        await writeFully(output, scales, scalesEnd);
        scalesEnd += scales.byteLength;
      }
      if (!Number.isFinite(chunkSquares)) {
        const at = values.findIndex((value) => !Number.isFinite(value));
        throw nonFiniteWeight(name, converted + at, values[at]!);
      }
      squares += chunkSquares;
      converted += count;
      dataChecksum = crc32(data, dataChecksum);
      await writeFully(output, data, dataEnd);
      dataEnd += data.byteLength;
    },
    finish(): ConvertedTensor {
      return { norm: Math.sqrt(squares), dataChecksum, scalesChecksum };
    },
  };
}

/** In double precision the square of every finite fp32 value is finite, so the sum shows whether all are. */
function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]! * values[index]!;
  return sum;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
