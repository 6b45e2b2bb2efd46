import { join, resolve } from 'node:path';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { CheckpointArchitecture } from './architecture.ts';
import { readModelConfig } from './config.ts';
import { isFloatType } from './dtype-conversion.ts';
import { noSuchTensor, tensorsDoNotFit, unsupportedTensorType } from './errors.ts';
import { expectedTensors } from './expected-tensors.ts';
import type { ModelConfig } from './model-config.ts';
import { findWeights, singleFile } from './model-directory.ts';
import { openSafetensors, readFloat32, type SafetensorsFile } from './safetensors.ts';
import type { SafetensorsTensor } from './safetensors-header.ts';
import { readShardIndex } from './shard-index.ts';
import type { FileRange } from './weights.ts';

interface CheckpointTensor {
  /** Path of the safetensors file. */
  readonly file: string;
  /** As the file names it; F32, F16 or BF16 for every tensor the architecture needs. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly range: FileRange;
}

/** A model directory whose headers were read and found to fit its config.json; tensor bytes are read on demand. */
export interface Checkpoint {
  /** Absolute. */
  readonly directory: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly files: readonly SafetensorsFile[];
}

/**
 * Opens a directory in Hugging Face layout. Tensors beyond those the architecture needs are tolerated (rotary tables,
 * the copy of a tied lm_head).
 * @throws RetuneError `checkpoint.*`
 */
export async function openCheckpoint(
  directory: string,
  architectures: readonly CheckpointArchitecture[],
  signal?: AbortSignal,
): Promise<Checkpoint> {
  const root = resolve(directory);
  const config = await readModelConfig(root, architectures);
  const weights = await findWeights(root);
  const map = weights === singleFile ? undefined : await readShardIndex(root);
  const names = map ? [...new Set(map.values())].sort() : [singleFile];
  const files: SafetensorsFile[] = [];
  for (const name of names) {
    throwIfCancelled(signal, 'Opening the model');
    files.push(await openSafetensors(join(root, name)));
  }
  const tensors = new Map<string, CheckpointTensor>();
  for (const file of files) {
    for (const tensor of file.tensors) {
      // The index decides which of several shards holds a tensor.
      if (!map || map.get(tensor.name) === file.name) tensors.set(tensor.name, locate(file.path, tensor));
    }
  }
  requireTensors(root, config, tensors);
  return { directory: root, config, tensors, files };
}

/**
 * One whole tensor as fp32, row-major.
 * @throws RetuneError `checkpoint.no-such-tensor`, `checkpoint.unsupported-dtype`, `checkpoint.truncated`
 * @public what conversions are tested against
 */
export async function readTensor(checkpoint: Checkpoint, name: string): Promise<Float32Array> {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor) throw noSuchTensor(checkpoint.directory, name);
  return readFloat32(tensor.file, { name, dtype: tensor.dtype, ...tensor.range });
}

function locate(file: string, { dtype, shape, offset, bytes }: SafetensorsTensor): CheckpointTensor {
  return { file, dtype, shape, range: { offset, bytes } };
}

function requireTensors(directory: string, config: ModelConfig, tensors: ReadonlyMap<string, CheckpointTensor>): void {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const [name, shape] of expectedTensors(config)) {
    const found = tensors.get(name);
    if (!found) missing.push(name);
    else if (found.shape.join() !== shape.join()) {
      wrong.push(`${name} has the shape [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    } else if (!isFloatType(found.dtype)) throw unsupportedTensorType(found.file, name, found.dtype);
  }
  if (missing.length > 0 || wrong.length > 0) throw tensorsDoNotFit(directory, missing, wrong);
}
