import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectures } from '../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../src/engine/checkpoint/config.ts';
import { expectedTensors } from '../../src/engine/checkpoint/expected-tensors.ts';
import { prepareWeights } from '../../src/engine/checkpoint/prepare.ts';
import { openGgufCheckpoint } from '../../src/engine/gguf/checkpoint.ts';
import { ggufName } from '../../src/engine/gguf/names.ts';
import { loraLayout } from '../../src/engine/graph/lora.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { mulberry32 } from '../../src/shared/random.ts';
import { fp32Tensor, type GgufMetadata, type TensorToPack, writeGguf } from '../support/gguf.ts';
import { randomBlocks } from '../support/gguf-blocks.ts';
import { modelRuns, near } from '../support/model-runs.ts';

/** One layer's types: some alike side by side, so that they are read as one matrix, some not. */
type LayerTypes = Readonly<Record<'q' | 'k' | 'v' | 'o' | 'gate' | 'up' | 'down', string>>;

interface Case {
  readonly embedding: string;
  /** Undefined: the embedding is the output matrix too. */
  readonly head?: string;
  /** More than 8192 take several pieces of the output matrix. */
  readonly vocabulary: number;
  readonly layers: readonly LayerTypes[];
}

const cases: Readonly<Record<string, Case>> = {
  'Q4_K and Q6_K, tied, with a large vocabulary': {
    embedding: 'Q4_K',
    vocabulary: 8_200,
    layers: [{ q: 'Q4_K', k: 'Q4_K', v: 'Q6_K', o: 'Q4_K', gate: 'Q4_K', up: 'Q4_K', down: 'Q6_K' }],
  },
  'the types of 32 values': {
    embedding: 'Q4_1',
    head: 'Q8_0',
    vocabulary: 300,
    layers: [
      { q: 'Q4_0', k: 'Q4_0', v: 'Q4_0', o: 'Q5_0', gate: 'Q5_1', up: 'Q5_1', down: 'Q4_1' },
      { q: 'Q4_1', k: 'Q4_1', v: 'Q4_1', o: 'MXFP4', gate: 'IQ4_NL', up: 'Q8_0', down: 'Q5_1' },
    ],
  },
  'the types of 256 values': {
    embedding: 'Q6_K',
    head: 'Q5_K',
    vocabulary: 300,
    layers: [
      { q: 'Q2_K', k: 'Q2_K', v: 'Q3_K', o: 'Q3_K', gate: 'Q5_K', up: 'Q5_K', down: 'Q2_K' },
      { q: 'Q6_K', k: 'Q6_K', v: 'Q6_K', o: 'IQ4_XS', gate: 'Q3_K', up: 'IQ4_XS', down: 'Q5_K' },
    ],
  },
};

const size = 256;
const heads = { query: 4, key: 4, size: 64 };

/**
 * Weights as GGUF files hold them against the same values in fp32, on any provider.
 * @param thorough every type, with and without layer checkpointing; otherwise the usual types, without
 */
export function packedSuite(provider: ProviderName, prefillChunk: number, thorough: boolean): void {
  describe(`weights as GGUF files hold them, against their values (${provider})`, () => {
    let directory: string;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'retune-test-'));
    });
    after(() => rm(directory, { recursive: true, force: true }));
    const { decode, train } = modelRuns(provider, prefillChunk);

    const both = async (name: string) => {
      const path = join(directory, `${name}.gguf`);
      await writeGguf(path, ...randomModel(cases[name]!));
      const checkpoint = await openGgufCheckpoint(path, architectures);
      const { config } = checkpoint;
      const cacheDirectory = join(directory, 'cache');
      const packed = { config, weights: await prepareWeights(checkpoint, { dtype: 'int8', cacheDirectory }) };
      const values = { config, weights: await prepareWeights(checkpoint, { dtype: 'fp32', cacheDirectory }) };
      return { packed, values };
    };

    for (const [name, { vocabulary }] of Object.entries(cases).slice(0, thorough ? undefined : 1)) {
      it(`${name}: logits ≤ 1e-4 with fp32 activations, ≤ 5e-2 with int8 ones; gradients and Fisher products ≤ 1e-4`, async () => {
        const { packed, values } = await both(name);
        const random = mulberry32(5);
        const layout = loraLayout(packed.config, 4);
        const vector = () => Float32Array.from({ length: layout.size }, () => (random() - 0.5) / 4);
        const adapter = { layout, theta: vector(), version: 1 };
        const token = () => Math.floor(random() * vocabulary);
        const tokens = (length: number) => Array.from({ length }, token);
        const pair = { prompt: tokens(12), response: [vocabulary - 1, ...tokens(7)] };
        const expected = await decode(values, pair.prompt, adapter);
        const exact = await decode(packed, pair.prompt, adapter, 1);
        const fast = await decode(packed, pair.prompt, adapter, 4);
        for (const [i, logits] of expected.entries()) {
          near(exact[i]!, logits, 1e-4, `accuracy 1, run ${i}`);
          near(fast[i]!, logits, 5e-2, `accuracy 4, run ${i}`);
        }
        const problem = { pair, adapter, tangent: vector() };
        const reference = await train(values, problem, false);
        for (const layerCheckpointing of thorough ? [false, true] : [false]) {
          const found = await train(packed, problem, layerCheckpointing);
          for (const part of ['logProb', 'gradient', 'product'] as const) {
            near(found[part], reference[part], 1e-4, `${part}, checkpointing ${layerCheckpointing}`);
          }
        }
      });
    }
  });
}

function randomModel(model: Case): [GgufMetadata, TensorToPack[]] {
  const random = mulberry32(3);
  const config = parseModelConfig('config.json', configJson(model), architectures);
  const tensors = [...expectedTensors(config)].map(([name, shape]): TensorToPack => {
    const values = shape.reduce((product, length) => product * length, 1);
    const type = typeOf(name, model);
    if (type !== undefined) return { name: ggufName(name), shape, ...randomBlocks(type, values, random) };
    const around = name.endsWith('norm.weight') ? 1 : 0;
    return fp32Tensor(
      ggufName(name),
      shape,
      Float32Array.from({ length: values }, () => around + (random() - 0.5) / 5),
    );
  });
  return [metadataOf(model), tensors];
}

/** Undefined for norms and biases. */
function typeOf(name: string, { embedding, head, layers }: Case): string | undefined {
  if (name === 'model.embed_tokens.weight') return embedding;
  if (name === 'lm_head.weight') return head;
  const [, layer, module] = /^model\.layers\.(\d+)\.\w+\.(\w+)_proj\.weight$/.exec(name) ?? [];
  return module === undefined ? undefined : layers[Number(layer)]![module as keyof LayerTypes];
}

function configJson({ layers, vocabulary, head }: Case) {
  return {
    model_type: 'qwen2',
    hidden_size: size,
    intermediate_size: size,
    num_hidden_layers: layers.length,
    num_attention_heads: heads.query,
    num_key_value_heads: heads.key,
    vocab_size: vocabulary,
    tie_word_embeddings: head === undefined,
  };
}

function metadataOf({ layers }: Case): GgufMetadata {
  return {
    'general.architecture': { string: 'qwen2' },
    'qwen2.block_count': { uint32: layers.length },
    'qwen2.context_length': { uint32: 256 },
    'qwen2.embedding_length': { uint32: size },
    'qwen2.feed_forward_length': { uint32: size },
    'qwen2.attention.head_count': { uint32: heads.query },
    'qwen2.attention.head_count_kv': { uint32: heads.key },
    'qwen2.attention.layer_norm_rms_epsilon': { float32: 1e-6 },
  };
}
