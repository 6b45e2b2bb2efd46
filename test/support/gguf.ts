import { writeFile } from 'node:fs/promises';
import { architectures } from '../../src/engine/architectures/index.ts';
import { openCheckpoint, readTensor } from '../../src/engine/checkpoint/checkpoint.ts';
import { ggufName } from '../../src/engine/gguf/names.ts';
import { ggufHead, type ValueToWrite } from '../../src/engine/gguf/writer.ts';
import { type CheckpointName, checkpointDirectory, readJson } from './oracle.ts';

/** GGUF files made for a test. */

export interface TensorToPack {
  /** llama.cpp's. */
  readonly name: string;
  /** Rows first. */
  readonly shape: readonly number[];
  /** ggml's number of the type. */
  readonly type: number;
  readonly data: Uint8Array;
}

export type GgufMetadata = Readonly<Record<string, ValueToWrite>>;

export async function writeGguf(path: string, metadata: GgufMetadata, tensors: readonly TensorToPack[]): Promise<void> {
  await writeFile(path, ggufBytes(metadata, tensors));
}

export function ggufBytes(metadata: GgufMetadata, tensors: readonly TensorToPack[]): Uint8Array {
  const described = tensors.map(({ name, shape, type, data }) => {
    return { name, dimensions: shape.toReversed(), type, bytes: data.byteLength };
  });
  const { head, offsets, fileBytes } = ggufHead(metadata, described);
  const bytes = new Uint8Array(fileBytes);
  bytes.set(head);
  for (const [i, { data }] of tensors.entries()) bytes.set(data, offsets[i]!);
  return bytes;
}

export function fp32Tensor(name: string, shape: readonly number[], values: Float32Array): TensorToPack {
  return { name, shape, type: 0, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

/** A checkpoint of the fixtures as a GGUF file of fp32 tensors: as exact as it is. */
export async function packCheckpoint(name: CheckpointName): Promise<[GgufMetadata, TensorToPack[]]> {
  const checkpoint = await openCheckpoint(checkpointDirectory(name), architectures);
  const { config, tensors } = checkpoint;
  const isLlama = /^(Llama|Mistral)/.test(config.architecture);
  const packed: TensorToPack[] = [];
  for (const [tensor, { shape }] of tensors) {
    const values = await readTensor(checkpoint, tensor);
    const rotated = isLlama && /self_attn\.[qk]_proj/.test(tensor);
    packed.push(fp32Tensor(ggufName(tensor), shape, rotated ? interleave(values, shape[0]!, config.headSize) : values));
  }
  return [{ ...configMetadata(name, config), ...tokenizerMetadata(name) }, packed];
}

type Config = Awaited<ReturnType<typeof openCheckpoint>>['config'];

function configMetadata(name: CheckpointName, config: Config): GgufMetadata {
  const { model_type: type } = readJson<{ model_type: string }>('checkpoints', name, 'config.json');
  const arch = type === 'mistral' ? 'llama' : type;
  const { ropeScaling: rope } = config;
  const window = config.windows[0]!;
  const own: GgufMetadata = {
    block_count: { uint32: config.layers },
    context_length: { uint32: config.maxPositions },
    embedding_length: { uint32: config.hiddenSize },
    feed_forward_length: { uint32: config.intermediateSize },
    'attention.head_count': { uint32: config.heads },
    'attention.head_count_kv': { uint32: config.kvHeads },
    'attention.key_length': { uint32: config.headSize },
    'attention.layer_norm_rms_epsilon': { float32: config.rmsNormEps },
    'rope.freq_base': { float32: config.ropeTheta },
    ...(window !== null && { 'attention.sliding_window': { uint32: window } }),
    ...(rope?.type === 'linear' && {
      'rope.scaling.type': { string: 'linear' },
      'rope.scaling.factor': { float32: rope.factor },
    }),
    ...(rope?.type === 'yarn' && {
      'rope.scaling.type': { string: 'yarn' },
      'rope.scaling.factor': { float32: rope.factor },
      'rope.scaling.original_context_length': { uint32: rope.originalMaxPositions },
    }),
  };
  const pairs = Object.entries(own).map(([key, value]) => [`${arch}.${key}`, value]);
  return { 'general.architecture': { string: arch }, ...Object.fromEntries(pairs) };
}

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (string | string[])[] };
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
}

function tokenizerMetadata(name: CheckpointName): GgufMetadata {
  const { model, added_tokens } = readJson<TokenizerJson>('checkpoints', name, 'tokenizer.json');
  const { bos_token, chat_template } = readJson<{ bos_token: string | null; chat_template?: string }>(
    'checkpoints',
    name,
    'tokenizer_config.json',
  );
  const tokens = Array.from({ length: 320 }, (_, id) => `[PAD${id}]`);
  const kinds = tokens.map(() => 5);
  const put = (token: string, id: number, kind: number) => {
    tokens[id] = token;
    kinds[id] = kind;
  };
  for (const [token, id] of Object.entries(model.vocab)) put(token, id, 1);
  for (const { id, content, special } of added_tokens) put(content, id, special ? 3 : 4);
  return {
    'tokenizer.ggml.model': { string: 'gpt2' },
    'tokenizer.ggml.pre': { string: bos_token === null ? 'qwen2' : 'llama-bpe' },
    'tokenizer.ggml.tokens': { strings: tokens },
    'tokenizer.ggml.token_type': { int32s: kinds },
    'tokenizer.ggml.merges': {
      strings: model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' '))),
    },
    'tokenizer.ggml.eos_token_id': { uint32: tokens.indexOf(bos_token === null ? '<|im_end|>' : '<|eot_id|>') },
    'tokenizer.ggml.add_bos_token': { bool: bos_token !== null },
    ...(bos_token !== null && { 'tokenizer.ggml.bos_token_id': { uint32: tokens.indexOf(bos_token) } }),
    ...(chat_template !== undefined && { 'tokenizer.chat_template': { string: chat_template } }),
  };
}

/** The inverse of what reading does: row j · size/2 + p of each head becomes row 2p + j. */
function interleave(values: Float32Array, rows: number, headSize: number): Float32Array {
  const width = values.length / rows;
  const moved = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const inHead = row % headSize;
    const to = row - inHead + 2 * (inHead % (headSize / 2)) + Math.floor(inHead / (headSize / 2));
    moved.set(values.subarray(row * width, (row + 1) * width), to * width);
  }
  return moved;
}
