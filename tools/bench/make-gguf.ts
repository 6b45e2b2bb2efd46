import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ggufName } from '../../src/engine/gguf/names.ts';
import { ggufHead, type TensorToPlace, type ValueToWrite } from '../../src/engine/gguf/writer.ts';
import { type BlockType, blockSize, blockTypes, encodeBlocks } from './gguf-blocks.ts';
import { ensureCheckpoint } from './make-checkpoint.ts';
import { cacheDirectory } from './paths.ts';
import { endOfText, endOfTurn, randomVocabulary } from './random-tokenizer.ts';
import { elements, shape, type TensorShape, tensors } from './shape.ts';

/** Incremented when the files below change, so that older ones are made again. */
const recipe = 1;
const chunkElements = 4 << 20;

/**
 * The random checkpoint as the file llama.cpp reads: every matrix in one block format, the tied embedding included;
 * norms and biases in fp32. Both sides of a comparison so compute the same model.
 */
export async function ensureGguf(type: BlockType): Promise<string> {
  const path = join(cacheDirectory, `qwen2.5-0.5b-random.${type}.v${recipe}.gguf`);
  if (await stat(path).catch(() => undefined)) return path;
  const source = join(await ensureCheckpoint(), 'model.safetensors');
  await mkdir(cacheDirectory, { recursive: true });
  const part = `${path}.part`;
  await writeFile(part, '');
  await convert(source, part, type);
  await rename(part, path);
  return path;
}

async function convert(source: string, target: string, type: BlockType): Promise<void> {
  const list = tensors();
  const described = list.map((tensor) => describe(tensor, type));
  const { head, offsets, fileBytes } = ggufHead(metadata(type), described);
  const input = await open(source);
  const output = await open(target, 'w');
  try {
    const length = Buffer.alloc(8);
    await input.read(length, 0, 8, 0);
    let position = 8 + Number(length.readBigUInt64LE());
    await output.write(head, 0, head.length, 0);
    await output.truncate(fileBytes);
    for (const [i, tensor] of list.entries()) {
      let at = offsets[i] as number;
      for (let left = elements(tensor.shape); left > 0; ) {
        const count = Math.min(left, chunkElements);
        const raw = new Uint16Array(count);
        await input.read(new Uint8Array(raw.buffer), 0, count * 2, position);
        const bytes = encode(raw, tensor, type);
        await output.write(bytes, 0, bytes.length, at);
        position += count * 2;
        at += bytes.length;
        left -= count;
      }
    }
    await output.sync();
  } finally {
    await input.close();
    await output.close();
  }
}

function encode(raw: Uint16Array, tensor: TensorShape, type: BlockType): Uint8Array {
  const bits = new Uint32Array(raw.length);
  for (let i = 0; i < raw.length; i++) bits[i] = (raw[i] as number) << 16;
  const values = new Float32Array(bits.buffer);
  if (tensor.role !== 'matrix') return new Uint8Array(values.buffer);
  const blocks = new Uint8Array((values.length / blockSize) * blockTypes[type].bytes);
  encodeBlocks(type, values, blocks);
  return blocks;
}

function describe(tensor: TensorShape, type: BlockType): TensorToPlace {
  const count = elements(tensor.shape);
  const dimensions = [...tensor.shape].reverse();
  const name = ggufName(tensor.name);
  return tensor.role === 'matrix'
    ? { name, dimensions, type: blockTypes[type].id, bytes: (count / blockSize) * blockTypes[type].bytes }
    : { name, dimensions, type: 0, bytes: count * 4 };
}

/** Keys that llama.cpp asks of a qwen2 model; token types: 1 normal, 3 control, 5 unused. */
function metadata(type: BlockType): Record<string, ValueToWrite> {
  const { tokens, merges, specials } = randomVocabulary();
  const named = tokens.length + specials.length;
  const padding = Array.from({ length: shape.vocabulary - named }, (_, i) => `[PAD${named + i}]`);
  return {
    'general.architecture': { string: 'qwen2' },
    'general.name': { string: 'random weights' },
    'general.file_type': { uint32: blockTypes[type].fileType },
    'general.quantization_version': { uint32: 2 },
    'qwen2.block_count': { uint32: shape.layers },
    'qwen2.context_length': { uint32: shape.maxPositions },
    'qwen2.embedding_length': { uint32: shape.hidden },
    'qwen2.feed_forward_length': { uint32: shape.intermediate },
    'qwen2.attention.head_count': { uint32: shape.heads },
    'qwen2.attention.head_count_kv': { uint32: shape.kvHeads },
    'qwen2.attention.layer_norm_rms_epsilon': { float32: shape.rmsNormEps },
    'qwen2.rope.freq_base': { float32: shape.ropeTheta },
    'tokenizer.ggml.model': { string: 'gpt2' },
    'tokenizer.ggml.pre': { string: 'qwen2' },
    'tokenizer.ggml.tokens': { strings: [...tokens, ...specials, ...padding] },
    'tokenizer.ggml.token_type': {
      int32s: [...tokens.map(() => 1), ...specials.map(() => 3), ...padding.map(() => 5)],
    },
    'tokenizer.ggml.merges': { strings: merges },
    'tokenizer.ggml.eos_token_id': { uint32: endOfTurn },
    'tokenizer.ggml.padding_token_id': { uint32: endOfText },
    'tokenizer.ggml.add_bos_token': { bool: false },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const type of Object.keys(blockTypes) as BlockType[]) console.log(await ensureGguf(type));
}
