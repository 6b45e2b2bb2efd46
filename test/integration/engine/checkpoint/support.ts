import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import type { FloatType } from '../../../../src/engine/checkpoint/dtype-conversion.ts';
import { expectedTensors } from '../../../../src/engine/checkpoint/expected-tensors.ts';
import { type TensorToWrite, writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer.ts';

/** A directory that exists while `use` runs. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'retune-checkpoint-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Uniform in [-1, 1), the same for the same seed. */
export function randomValues(length: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** config.json of a small Qwen2; every linear's input is a multiple of 64. */
export const smallQwen = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 96,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-6,
  rope_theta: 10000.0,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
};

export interface MadeCheckpoint {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly dtype?: FloatType;
  readonly shards?: number;
  readonly seed?: number;
  readonly change?: (tensors: TensorToWrite[]) => TensorToWrite[];
}

/** Writes a random checkpoint and returns its tensors (as given to the writer, before any rounding). */
export async function makeCheckpoint(directory: string, options: MadeCheckpoint = {}): Promise<TensorToWrite[]> {
  const { config = smallQwen, dtype = 'F32', shards = 0, seed = 1, change = (same) => same } = options;
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  const expected = expectedTensors(parseModelConfig('config.json', config, architectures));
  const made = [...expected].map(([name, shape], index): TensorToWrite => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { name, shape, data: randomValues(length, seed * 1000 + index), dtype };
  });
  const tensors = change(made);
  if (shards === 0) {
    await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' });
    return tensors;
  }
  const map: Record<string, string> = {};
  for (let shard = 0; shard < shards; shard++) {
    const file = `model-0000${shard + 1}-of-0000${shards}.safetensors`;
    const part = tensors.filter((_, index) => index % shards === shard);
    await writeSafetensors(join(directory, file), part);
    for (const { name } of part) map[name] = file;
  }
  await writeFile(join(directory, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
  return tensors;
}

/** The bytes of a safetensors file with any header. */
export function rawSafetensors(header: string | Uint8Array, data: Uint8Array, length?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.byteLength + data.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.byteLength), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.byteLength);
  return bytes;
}
