import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sourceChanged } from './conversion-errors.ts';
import { wrongDigest } from './errors.ts';
import { readChunks, withFile } from './safetensors.ts';
import { chunkLength, readPieces, restoreRows } from './stored-values.ts';
import { type ConvertedTensor, TensorWriter, type WriterBuffers, writerBuffers } from './tensor-writer.ts';
import type { StoredTensor, WeightFile } from './weight-file.ts';
import type { WeightLayout } from './weight-layout.ts';

export interface Conversion {
  readonly tensors: ReadonlyMap<string, ConvertedTensor>;
  /** sha256 (hex) of each of the checkpoint's files, in their order. */
  readonly sources: readonly string[];
}

/** Called with every piece of a file that was read. @throws RetuneError `cancelled` */
type Tick = (bytes: number) => void;

/**
 * Reads every source file once from start to end, digesting it, and writes each needed tensor to its place.
 * Memory: one chunk of the source and its conversions, about 20 MB, whatever the model's size.
 * @param onProgress fraction of the source bytes done, 0 to 1
 * @throws RetuneError `checkpoint.non-finite`, `.source-changed`, `.wrong-digest`, `cancelled`; the system's error when
 *   writing fails
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
  const buffers = writerBuffers(largestChunk(checkpoint));
  const tensors = new Map<string, ConvertedTensor>();
  const sources: string[] = [];
  for (const source of checkpoint.files) {
    const writerOf = (tensor: StoredTensor) => writerFor(checkpoint, layout, source, tensor, output, buffers);
    sources.push(await convertFile(source, writerOf, tensors, tick));
  }
  return { tensors, sources };
}

function largestChunk({ tensors }: Checkpoint): number {
  let largest = 0;
  for (const tensor of tensors.values()) largest = Math.max(largest, chunkLength(tensor));
  return largest;
}

/** Undefined for a tensor that nobody needs, or that another file holds. */
function writerFor(
  checkpoint: Checkpoint,
  layout: WeightLayout,
  source: WeightFile,
  tensor: StoredTensor,
  output: FileHandle,
  buffers: WriterBuffers,
): TensorWriter | undefined {
  const planned = layout.entries.get(tensor.name);
  const needed = planned !== undefined && checkpoint.tensors.get(tensor.name)?.file === source.path;
  return needed ? new TensorWriter(source.path, tensor, planned, output, buffers) : undefined;
}

/** @returns sha256 (hex) of the whole file */
async function convertFile(
  source: WeightFile,
  writerOf: (tensor: StoredTensor) => TensorWriter | undefined,
  converted: Map<string, ConvertedTensor>,
  tick: Tick,
): Promise<string> {
  const digest = createHash('sha256');
  await withFile(source.path, async (file) => {
    await requireUnchanged(source, file);
    let end = 0;
    for (const tensor of source.tensors) {
      await digestRange(source, file, end, tensor.offset, digest, tick);
      const writer = writerOf(tensor);
      for await (const piece of readPieces(file, source.path, tensor)) {
        digest.update(piece);
        restoreRows(piece, tensor);
        await writer?.write(piece);
        tick(piece.byteLength);
      }
      if (writer) converted.set(tensor.name, writer.finish());
      end = tensor.offset + tensor.bytes;
    }
    await digestRange(source, file, end, source.bytes, digest, tick);
    await requireUnchanged(source, file);
  });
  return checkedDigest(source, digest);
}

/** sha256 (hex) of a whole file: what its store says, else by reading it through. */
export async function digestFile(source: WeightFile, signal?: AbortSignal): Promise<string> {
  if (source.digest !== undefined) return source.digest;
  const digest = createHash('sha256');
  await withFile(source.path, async (file) => {
    await requireUnchanged(source, file);
    await digestRange(source, file, 0, source.bytes, digest, () => throwIfCancelled(signal, 'Checking the model'));
  });
  return digest.digest('hex');
}

async function digestRange(
  { path }: WeightFile,
  file: FileHandle,
  offset: number,
  end: number,
  digest: Hash,
  tick: Tick,
): Promise<void> {
  for await (const chunk of readChunks(file, path, { offset, bytes: end - offset })) {
    digest.update(chunk);
    tick(chunk.byteLength);
  }
}

function checkedDigest(source: WeightFile, hash: Hash): string {
  const digest = hash.digest('hex');
  if (source.digest !== undefined && source.digest !== digest) throw wrongDigest(source.path, source.digest, digest);
  return digest;
}

/** The headers were validated when the checkpoint was opened; they only hold for the same file. */
async function requireUnchanged(source: WeightFile, file: FileHandle): Promise<void> {
  const status = await file.stat({ bigint: true });
  if (Number(status.size) !== source.bytes || status.mtimeNs.toString() !== source.modified) {
    throw sourceChanged(source.path);
  }
}
