import { resolve } from 'node:path';
import { readFully } from '../../shared/atomic-file.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { CheckpointArchitecture } from '../checkpoint/architecture.ts';
import { type Checkpoint, makeCheckpoint } from '../checkpoint/checkpoint.ts';
import { parseModelConfig } from '../checkpoint/config.ts';
import type { ModelConfig } from '../checkpoint/model-config.ts';
import { withFile } from '../checkpoint/safetensors.ts';
import type { StoredTensor, WeightFile } from '../checkpoint/weight-file.ts';
import { ggufArchitecture } from './architectures.ts';
import { configObject } from './config.ts';
import { encodingOf } from './encoding.ts';
import type { GgufFile } from './gguf-file.ts';
import type { GgufTensor } from './header.ts';
import type { Metadata } from './metadata.ts';
import { huggingFaceName } from './names.ts';
import { firstPart, openParts } from './parts.ts';

/** A GGUF file, with all its parts, as a checkpoint with Hugging Face's names; the metadata has its tokenizer too. */
export interface GgufCheckpoint extends Checkpoint {
  readonly metadata: Metadata;
}

/**
 * @param path of the file, or of one of the parts of a split model
 * @throws RetuneError `gguf.*`, `checkpoint.*`, `cancelled`
 */
export async function openGgufCheckpoint(
  path: string,
  architectures: readonly CheckpointArchitecture[],
  signal?: AbortSignal,
): Promise<GgufCheckpoint> {
  const root = resolve(path);
  const parts = await openParts(root);
  throwIfCancelled(signal, 'Opening the model');
  const [{ metadata }] = parts;
  const config = await readConfig(parts, architectures);
  const interleaved = ggufArchitecture(metadata).interleaved ? config.headSize : undefined;
  const files = parts.map((part, index) => weightFile(part, partLabel(index, parts.length), interleaved));
  return { ...makeCheckpoint(firstPart(root), config, files), metadata };
}

async function readConfig(
  parts: readonly [GgufFile, ...GgufFile[]],
  architectures: readonly CheckpointArchitecture[],
): Promise<ModelConfig> {
  const [first] = parts;
  const tensors = parts.flatMap((part) => part.tensors);
  const config = parseModelConfig(first.path, configObject(first.metadata, tensors), architectures);
  const factors = await readRopeFactors(parts, config.headSize / 2);
  return factors === undefined ? config : { ...config, ropeScaling: { type: 'factors', factors } };
}

/** What llama.cpp divides the rotary frequencies by: Llama 3's scaling, worked out when the file was made. */
async function readRopeFactors(parts: readonly GgufFile[], pairs: number): Promise<readonly number[] | undefined> {
  for (const { path, tensors, metadata } of parts) {
    const tensor = tensors.find(({ name }) => name === 'rope_freqs.weight');
    if (tensor === undefined) continue;
    if (tensor.type.name !== 'F32' || tensor.shape.join() !== `${pairs}`) {
      throw metadata.bad('rope_freqs.weight', `is no tensor of ${pairs} numbers of the type F32`);
    }
    const factors = new Float32Array(pairs);
    await withFile(path, (file) => readFully(file, new Uint8Array(factors.buffer), tensor.offset));
    if (!factors.every((factor) => factor > 0))
      throw metadata.bad('rope_freqs.weight', 'has factors that are not positive');
    return [...factors];
  }
  return undefined;
}

/** Names do not say where a file lies, so that a copy of it elsewhere is the same model. */
function partLabel(index: number, count: number): string {
  return count === 1 ? 'gguf' : `gguf-${index + 1}-of-${count}`;
}

function weightFile(part: GgufFile, name: string, interleaved: number | undefined): WeightFile {
  const { path, bytes, modified, headerDigest, digest } = part;
  const tensors = part.tensors.map((tensor) => storedTensor(tensor, interleaved));
  return { path, name, bytes, modified, headerDigest, ...(digest !== undefined && { digest }), tensors };
}

const interleavedModules = /\.self_attn\.[qk]_proj\.(weight|bias)$/;

function storedTensor({ name, type, shape, offset, bytes }: GgufTensor, interleaved: number | undefined): StoredTensor {
  const ours = huggingFaceName(name) ?? name;
  return {
    name: ours,
    shape,
    offset,
    bytes,
    encoding: encodingOf(type),
    dtype: type.name,
    ...(interleaved !== undefined && interleavedModules.test(ours) && { interleaved }),
  };
}
