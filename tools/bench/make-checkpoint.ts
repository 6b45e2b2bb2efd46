import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './paths.ts';
import { Random } from './random.ts';
import { endOfText, endOfTurn, randomVocabulary, tokenizerConfig, tokenizerJson } from './random-tokenizer.ts';
import { elements, embeddingName, shape, type TensorShape, tensors } from './shape.ts';

const checkpointDirectory = join(cacheDirectory, 'qwen2.5-0.5b-random');
/** Incremented when the files below change, so that older ones are made again. */
const recipe = 'qwen2.5-0.5b-random 1';
const weightDeviation = 0.03;
/** The tied embedding is also the head: with this, the logits spread (σ ≈ 3) about as a trained model's do. */
const embeddingDeviation = 0.1;
const chunkBytes = 8 << 20;

/** Makes a checkpoint with random BF16 weights (about 1 GB) unless it is there; returns its directory. */
export async function ensureCheckpoint(): Promise<string> {
  const made = await readFile(join(checkpointDirectory, 'recipe.txt'), 'utf8').catch(() => '');
  if (made === recipe) return checkpointDirectory;
  const part = `${checkpointDirectory}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const write = (name: string, content: unknown) => writeFile(join(part, name), JSON.stringify(content, undefined, 1));
  await write('config.json', config);
  await write('generation_config.json', { eos_token_id: [endOfTurn, endOfText], pad_token_id: endOfText });
  await write('tokenizer.json', tokenizerJson(randomVocabulary()));
  await write('tokenizer_config.json', tokenizerConfig);
  await writeSafetensors(join(part, 'model.safetensors'), tensors());
  await writeFile(join(part, 'recipe.txt'), recipe);
  await rm(checkpointDirectory, { recursive: true, force: true });
  await rename(part, checkpointDirectory);
  return checkpointDirectory;
}

const config = {
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  hidden_size: shape.hidden,
  intermediate_size: shape.intermediate,
  num_hidden_layers: shape.layers,
  num_attention_heads: shape.heads,
  num_key_value_heads: shape.kvHeads,
  max_position_embeddings: shape.maxPositions,
  vocab_size: shape.vocabulary,
  rms_norm_eps: shape.rmsNormEps,
  rope_theta: shape.ropeTheta,
  hidden_act: 'silu',
  attention_dropout: 0,
  tie_word_embeddings: true,
  use_sliding_window: false,
  torch_dtype: 'bfloat16',
  bos_token_id: endOfText,
  eos_token_id: endOfTurn,
};

async function writeSafetensors(path: string, list: readonly TensorShape[]): Promise<void> {
  let end = 0;
  const table: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const tensor of list) {
    const start = end;
    end += elements(tensor.shape) * 2;
    table[tensor.name] = { dtype: 'BF16', shape: tensor.shape, data_offsets: [start, end] };
  }
  const text = Buffer.from(JSON.stringify(table));
  const header = Buffer.concat([Buffer.alloc(8), text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  header.writeBigUInt64LE(BigInt(header.length - 8));

  const random = new Random(1);
  // One draw from the generator picks two of 65,536 tabled normal values: a hundred times faster than Box–Muller for each.
  const normals = (deviation: number) =>
    Uint16Array.from({ length: 65_536 }, () => toBfloat16(random.normal() * deviation));
  const [weight, embedding] = [normals(weightDeviation), normals(embeddingDeviation)];
  const one = toBfloat16(1);
  const file = await open(path, 'w');
  try {
    await file.write(header);
    for (const tensor of list) {
      for (let left = elements(tensor.shape); left > 0; ) {
        const values = new Uint16Array(Math.min(left, chunkBytes / 2));
        if (tensor.role === 'norm') values.fill(one);
        else fill(values, tensor.name === embeddingName ? embedding : weight, random);
        await file.write(new Uint8Array(values.buffer));
        left -= values.length;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

function fill(values: Uint16Array, table: Uint16Array, random: Random): void {
  for (let i = 0; i < values.length; i += 2) {
    const bits = random.bits();
    values[i] = table[bits & 0xffff] as number;
    values[i + 1] = table[bits >>> 16] as number;
  }
}

/** Upper half of the fp32 bits, rounded to nearest. */
function toBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] as number;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await ensureCheckpoint());
