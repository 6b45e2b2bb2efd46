import { join, resolve } from 'node:path';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { CheckpointArchitecture } from './architecture.ts';
import { readModelConfig } from './config.ts';
import { isFloatType } from './dtype-conversion.ts';
import { noSuchTensor, tensorsDoNotFit } from './errors.ts';
import { expectedTensors } from './expected-tensors.ts';
import type { ModelConfig } from './model-config.ts';
import { findWeights, singleFile } from './model-directory.ts';
import { openSafetensors } from './safetensors.ts';
import { readShardIndex } from './shard-index.ts';
import { encodingOfTensor, readValues } from './stored-values.ts';
import { floatEncoding, type TensorEncoding } from './tensor-encoding.ts';
import type { StoredTensor, WeightFile } from './weight-file.ts';
import type { QuantisedNames } from './weight-layout.ts';

interface CheckpointTensor extends StoredTensor {
  /** Path of the file that holds it. */
  readonly file: string;
}

/** A model whose headers were read and found to fit its configuration; tensor bytes are read on demand. */
export interface Checkpoint {
  /** Absolute path of the directory, or of the file when the model is one. */
  readonly directory: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  readonly files: readonly WeightFile[];
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
  const files: WeightFile[] = [];
  for (const name of names) {
    throwIfCancelled(signal, 'Opening the model');
    files.push(await openShard(join(root, name)));
  }
  // The index decides which of several shards holds a tensor.
  return makeCheckpoint(root, config, files, (tensor, file) => !map || map.get(tensor) === file);
}

async function openShard(path: string): Promise<WeightFile> {
  const file = await openSafetensors(path);
  return { ...file, tensors: file.tensors.map((tensor) => ({ ...tensor, encoding: encodingNamed(tensor.dtype) })) };
}

function encodingNamed(dtype: string): TensorEncoding | undefined {
  return isFloatType(dtype) ? floatEncoding(dtype) : undefined;
}

/**
 * @param directory absolute
 * @param holds whether a tensor is to be read from a file that lists it; when left out, every file has its own tensors
 * @throws RetuneError `checkpoint.tensors-do-not-fit`, `checkpoint.unsupported-dtype`
 */
export function makeCheckpoint(
  directory: string,
  config: ModelConfig,
  files: readonly WeightFile[],
  holds: (tensor: string, file: string) => boolean = () => true,
): Checkpoint {
  const tensors = new Map<string, CheckpointTensor>();
  for (const file of files) {
    for (const tensor of file.tensors) {
      if (holds(tensor.name, file.name)) tensors.set(tensor.name, { ...tensor, file: file.path });
    }
  }
  requireTensors(directory, config, tensors);
  return { directory, config, tensors, files };
}

/** How the model's files hold its quantised matrices; see `planWeights`. */
export function quantisedIn({ tensors }: Checkpoint): QuantisedNames {
  return (name) => tensors.get(name)?.encoding?.packing?.storage;
}

/**
 * One whole tensor as fp32, row-major.
 * @throws RetuneError `checkpoint.no-such-tensor`, `checkpoint.unsupported-dtype`, `checkpoint.truncated`
 * @public what conversions are tested against
 */
export async function readTensor(checkpoint: Checkpoint, name: string): Promise<Float32Array> {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor) throw noSuchTensor(checkpoint.directory, name);
  return readValues(tensor.file, tensor);
}

function requireTensors(directory: string, config: ModelConfig, tensors: ReadonlyMap<string, CheckpointTensor>): void {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const [name, shape] of expectedTensors(config)) {
    const found = tensors.get(name);
    if (!found) missing.push(name);
    else if (found.shape.join() !== shape.join()) {
      wrong.push(`${name} has the shape [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    } else encodingOfTensor(found.file, found);
  }
  if (missing.length > 0 || wrong.length > 0) throw tensorsDoNotFit(directory, missing, wrong);
}
