import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dequantise } from '../../src/engine/checkpoint/quantise.ts';
import { type TensorToWrite, writeSafetensors } from '../../src/engine/checkpoint/safetensors-writer.ts';
import type { FileRange, PreparedWeights, WeightEntry } from '../../src/engine/checkpoint/weights.ts';

/** Prepared weights in other forms that mean the same, to compare the engine with itself. */

/** The values that the engine computes with, by name; a tied head is left out. */
async function preparedTensors(weights: PreparedWeights): Promise<TensorToWrite[]> {
  const bytes = await readFile(join(weights.directory, weights.file));
  const copy = ({ offset, bytes: length }: FileRange): ArrayBuffer =>
    new Uint8Array(bytes).buffer.slice(offset, offset + length);
  return own(weights).map(([name, { shape, storage, data, scales }]) => {
    if (storage.kind === 'fp32' || scales === undefined) return { name, shape, data: new Float32Array(copy(data)) };
    const blocks = { packed: new Uint8Array(copy(data)), scales: new Float32Array(copy(scales)) };
    return { name, shape, data: dequantise(blocks, storage.bits, storage.block) };
  });
}

/** Writes the checkpoint whose fp32 weights are exactly what `weights` stand for. */
export async function writeDequantised(source: string, weights: PreparedWeights, target: string): Promise<void> {
  await mkdir(target);
  await copyFile(join(source, 'config.json'), join(target, 'config.json'));
  await writeSafetensors(join(target, 'model.safetensors'), await preparedTensors(weights), { format: 'pt' });
}

/** The same tensors in another file in which no two touch, so that nothing can be read as one matrix. */
export async function scatter(weights: PreparedWeights, directory: string): Promise<PreparedWeights> {
  const bytes = await readFile(join(weights.directory, weights.file));
  const pieces: Uint8Array[] = [];
  let end = 0;
  const move = ({ offset, bytes: length }: FileRange): FileRange => {
    const padded = new Uint8Array(Math.ceil(length / 64) * 64 + 64);
    padded.set(bytes.subarray(offset, offset + length));
    const range = { offset: end, bytes: length };
    pieces.push(padded);
    end += padded.length;
    return range;
  };
  const entries = new Map<string, WeightEntry>();
  for (const [name, { data, scales, ...entry }] of own(weights)) {
    entries.set(name, { ...entry, data: move(data), ...(scales !== undefined && { scales: move(scales) }) });
  }
  const embedding = entries.get('model.embed_tokens.weight') as WeightEntry;
  if (!entries.has('lm_head.weight')) entries.set('lm_head.weight', embedding);
  await mkdir(directory);
  await writeFile(join(directory, weights.file), Buffer.concat(pieces));
  return { directory, file: weights.file, entries, key: `${weights.key}-scattered` };
}

function own({ entries }: PreparedWeights): [string, WeightEntry][] {
  const isTied = entries.get('lm_head.weight')?.data.offset === entries.get('model.embed_tokens.weight')?.data.offset;
  return [...entries].filter(([name]) => !(isTied && name === 'lm_head.weight'));
}
