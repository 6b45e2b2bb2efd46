import { z } from 'zod';
import type { Dimensions, LayerDescription } from '../checkpoint/architecture.ts';
import type { LayerTensor } from '../checkpoint/model-config.ts';
import type { DecoderLayer } from '../graph/layer-ops.ts';
import type { Architecture } from './architecture.ts';
import { readWindows } from './windows.ts';

/**
 * Llama 3.x and its distillates: grouped-query attention with rotary positions, gated SiLU, pre-norm.
 * The other architectures are variations of it.
 */
export const llama: Architecture = {
  name: 'LlamaForCausalLM',
  families: ['Llama 3'],
  modelTypes: ['llama'],
  defaults: { maxPositions: 2048, kvHeads: null, headSize: null },
  layers(config, size) {
    const { attention_bias, mlp_bias } = config.fields({ ...biasField, mlp_bias: flag });
    const attention = attention_bias === true;
    return llamaLayers(size, {
      qkvBias: attention,
      outputBias: attention,
      mlpBias: mlp_bias === true,
      windows: readWindows(config, size, null),
    });
  },
  layer: llamaLayer({ headNorms: false }),
};

const flag = z.boolean().nullish();
export const biasField = { attention_bias: flag };

/** How layers may differ from Llama's. */
interface Variation {
  /** Bias on q, k, v. */
  readonly qkvBias?: boolean;
  /** Bias on o. */
  readonly outputBias?: boolean;
  /** Bias on gate, up, down. */
  readonly mlpBias?: boolean;
  /** RMS norm of each query and key head. */
  readonly headNorms?: boolean;
  /** By default every layer sees all tokens. */
  readonly windows?: LayerDescription['windows'];
}

const attentionInputs = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'] as const;
const mlpInputs = ['mlp.gate_proj', 'mlp.up_proj'] as const;

export function llamaLayers(size: Dimensions, variation: Variation): LayerDescription {
  return {
    layerTensors: layerTensors(size, variation),
    loraModules: [...attentionInputs, 'self_attn.o_proj', ...mlpInputs, 'mlp.down_proj'],
    windows: variation.windows ?? new Array<null>(size.layers).fill(null),
  };
}

function layerTensors(size: Dimensions, variation: Variation): LayerTensor[] {
  const { hiddenSize: H, intermediateSize: I, heads, kvHeads, headSize } = size;
  const { qkvBias = false, outputBias = false, mlpBias = false, headNorms = false } = variation;
  const norm = (name: string, width: number): LayerTensor => ({ name: `${name}.weight`, shape: [width] });
  return [
    norm('input_layernorm', H),
    ...linear('self_attn.q_proj', heads * headSize, H, qkvBias),
    ...linear('self_attn.k_proj', kvHeads * headSize, H, qkvBias),
    ...linear('self_attn.v_proj', kvHeads * headSize, H, qkvBias),
    ...(headNorms ? [norm('self_attn.q_norm', headSize), norm('self_attn.k_norm', headSize)] : []),
    ...linear('self_attn.o_proj', H, heads * headSize, outputBias),
    norm('post_attention_layernorm', H),
    ...linear('mlp.gate_proj', I, H, mlpBias),
    ...linear('mlp.up_proj', I, H, mlpBias),
    ...linear('mlp.down_proj', H, I, mlpBias),
  ];
}

function linear(name: string, output: number, input: number, bias: boolean): LayerTensor[] {
  const weight = { name: `${name}.weight`, shape: [output, input] };
  return bias ? [weight, { name: `${name}.bias`, shape: [output] }] : [weight];
}

/** @param headNorms whether every query and key head is RMS-normalised before rotary */
export function llamaLayer({ headNorms }: { readonly headNorms: boolean }): DecoderLayer {
  return (ops, x, heads) => {
    const [q, k, v] = ops.linears(ops.norm(x, 'input_layernorm'), attentionInputs);
    const rotated = (value: string, norm: string, count: number) =>
      ops.rotary(headNorms ? ops.headNorm(value, norm, count) : value, count);
    const queries = rotated(q, 'self_attn.q_norm', heads.query);
    const attended = ops.attention(queries, rotated(k, 'self_attn.k_norm', heads.key), v);
    const middle = ops.add(x, ops.linear(attended, 'self_attn.o_proj'));
    const [gate, up] = ops.linears(ops.norm(middle, 'post_attention_layernorm'), mlpInputs);
    return ops.add(middle, ops.linear(ops.gatedSilu(gate, up), 'mlp.down_proj'));
  };
}
