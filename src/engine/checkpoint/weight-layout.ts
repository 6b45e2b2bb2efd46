import { createHash } from 'node:crypto';
import { blockDoesNotDivide, unsupportedBlock } from './conversion-errors.ts';
import { expectedTensors } from './expected-tensors.ts';
import type { ModelConfig } from './model-config.ts';
import type { FileRange, QuantisedStorage, Storage, WeightEntry, WeightOptions } from './weights.ts';

/** Where each tensor will lie in the weights file; known before anything is read, from the configuration alone. */
export interface WeightLayout {
  /** Without the alias of a tied lm_head. */
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  /** Size of the weights file. */
  readonly bytes: number;
  readonly dtype: WeightOptions['dtype'];
  readonly block: 32 | 64 | 128 | null;
  /** sha256 (hex) of all the above. */
  readonly digest: string;
}

export type PlannedEntry = Omit<WeightEntry, 'norm'>;

/** How a model's files hold a matrix, by its name, where the layout can hold the same values; otherwise undefined. */
export type QuantisedNames = (name: string) => QuantisedStorage | undefined;

/** Groups begin at multiples of this many bytes. */
const alignment = 64;

/**
 * Layers in order. The matrices of q, k, v follow each other without gaps, then their scales, likewise their biases, and
 * gate and up: each such group can also be read as one matrix [sum of outs, in] over the same bytes, when it is stored alike.
 * @throws RetuneError `checkpoint.unsupported-block`, `checkpoint.block-does-not-divide`
 */
export function planWeights(
  config: ModelConfig,
  options: WeightOptions,
  quantised: QuantisedNames = () => undefined,
): WeightLayout {
  const matrixStorage = storageOf(options);
  const shapes = expectedTensors(config);
  const entries = new Map<string, PlannedEntry>();
  let end = 0;
  const place = (bytes: number): FileRange => {
    const range = { offset: end, bytes };
    end += bytes;
    return range;
  };
  const align = () => {
    end = Math.ceil(end / alignment) * alignment;
  };
  for (const group of fusableGroups(shapes.keys())) {
    align();
    const placed = group.map((name) => {
      const shape = shapes.get(name)!;
      const storage = shape.length === 2 ? keptStorage(matrixStorage, quantised(name)) : fp32;
      return { name, shape, storage, data: place(dataBytes(name, shape, storage)) };
    });
    align();
    for (const { name, ...entry } of placed) {
      const scales = entry.storage.kind === 'quantised' ? { scales: place(blockBytes(entry)) } : {};
      entries.set(name, { ...entry, ...scales });
    }
    for (const { name } of placed) {
      const entry = entries.get(name)!;
      if (hasOffsets(entry.storage)) entries.set(name, { ...entry, offsets: place(blockBytes(entry)) });
    }
  }
  const plan = {
    dtype: options.dtype,
    block: matrixStorage.kind === 'quantised' ? matrixStorage.block : null,
    bytes: end,
  };
  const digest = createHash('sha256')
    .update(JSON.stringify([plan, [...entries]]))
    .digest('hex');
  return { ...plan, entries, digest };
}

/** What is quantised here has no offsets, and no blocks of 16. */
type WantedStorage =
  | { readonly kind: 'fp32' }
  | { readonly kind: 'quantised'; readonly bits: 4 | 8; readonly block: 32 | 64 | 128 };

const blocks: Readonly<Record<'int4' | 'int8', readonly (32 | 64 | 128)[]>> = { int4: [32, 64, 128], int8: [32] };

const fp32: Storage = { kind: 'fp32' };

function storageOf({ dtype, block }: WeightOptions): WantedStorage {
  if (dtype === 'fp32') return { kind: 'fp32' };
  const chosen = blocks[dtype].find((size) => size === (block ?? 32));
  if (chosen === undefined) throw unsupportedBlock(dtype, block, blocks[dtype]);
  return { kind: 'quantised', bits: dtype === 'int4' ? 4 : 8, block: chosen };
}

/** A matrix that is already in as few bits as it is to have is left as it is. */
function keptStorage(wanted: Storage, found: QuantisedStorage | undefined): Storage {
  return found !== undefined && wanted.kind === 'quantised' && found.bits <= wanted.bits ? found : wanted;
}

export function sameStorage(a: Storage, b: Storage): boolean {
  if (a.kind === 'fp32' || b.kind === 'fp32') return a.kind === b.kind;
  return a.bits === b.bits && a.block === b.block && a.offsets === b.offsets;
}

function hasOffsets(storage: Storage): boolean {
  return storage.kind === 'quantised' && storage.offsets === true;
}

/** One fp32 number for each block. */
function blockBytes({ shape, storage }: Pick<PlannedEntry, 'shape' | 'storage'>): number {
  return storage.kind === 'fp32' ? 0 : (elements(shape) / storage.block) * 4;
}

/** What a tensor takes of the weights file. */
export function entryBytes({ data, scales, offsets }: PlannedEntry): number {
  return data.bytes + (scales?.bytes ?? 0) + (offsets?.bytes ?? 0);
}

/** Names in file order, those that can be fused together in one list. */
function fusableGroups(names: Iterable<string>): Iterable<readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = name.replace(/[qkv]_proj/, 'qkv').replace(/(gate|up)_proj/, 'gate_up');
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return groups.values();
}

function dataBytes(name: string, shape: readonly number[], storage: Storage): number {
  if (storage.kind === 'fp32') return elements(shape) * 4;
  const columns = shape[1]!;
  if (columns % storage.block !== 0) throw blockDoesNotDivide(name, columns, storage.block);
  return (elements(shape) * storage.bits) / 8;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
