import { architectures } from '../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../src/engine/checkpoint/config.ts';
import type { ModelConfig } from '../../../src/engine/checkpoint/model-config.ts';
import { parameterNames } from '../../../src/engine/graph/training-emitter.ts';
import { mulberry32 } from '../../../src/shared/random.ts';
import type { TrainedTokenizer } from '../tokenizer/tokenizer.ts';

/** The dimensions that are chosen; the rest of config.json follows from them. */
export interface Shape {
  readonly hidden: number;
  readonly intermediate: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly maxPositions: number;
}

/** config.json of a Qwen2 decoder with tied embeddings, as transformers writes it. */
export function configFile(
  shape: Shape,
  { size, ids }: Pick<TrainedTokenizer, 'size' | 'ids'>,
): Record<string, unknown> {
  return {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    attention_dropout: 0,
    bos_token_id: null,
    eos_token_id: ids.end,
    pad_token_id: ids.padding,
    hidden_act: 'silu',
    hidden_size: shape.hidden,
    initializer_range: initialRange,
    intermediate_size: shape.intermediate,
    max_position_embeddings: shape.maxPositions,
    max_window_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.kvHeads,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    sliding_window: null,
    tie_word_embeddings: true,
    torch_dtype: 'bfloat16',
    use_cache: true,
    use_sliding_window: false,
    vocab_size: size,
  };
}

export function modelConfig(shape: Shape, tokenizer: Pick<TrainedTokenizer, 'size' | 'ids'>): ModelConfig {
  return parseModelConfig('config.json', configFile(shape, tokenizer), architectures);
}

const initialRange = 0.02;

/**
 * Normally distributed weights with standard deviation 0.02, smaller by √(2L) where they write to the residual stream, as in
 * GPT-2, so that its variance does not grow with depth; norms are one, biases zero.
 */
export function initialParameters(config: ModelConfig, seed: number): Map<string, Float32Array> {
  const random = mulberry32(seed);
  return new Map(
    parameterNames(config).map(({ name, shape }) => {
      const values = new Float32Array(shape.reduce((product, dimension) => product * dimension, 1));
      if (name.endsWith('norm.weight')) values.fill(1);
      else if (name.endsWith('.weight')) {
        const toResidual = /\.(?:o_proj|down_proj)\.weight$/.test(name);
        const deviation = toResidual ? initialRange / Math.sqrt(2 * config.layers) : initialRange;
        for (let i = 0; i < values.length; i++) values[i] = deviation * normal(random);
      }
      return [name, values];
    }),
  );
}

/** The Box–Muller transform. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function parameterCount(config: ModelConfig): number {
  return parameterNames(config).reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
}
