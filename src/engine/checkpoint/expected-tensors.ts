import type { ModelConfig } from './model-config.ts';

export const embeddingName = 'model.embed_tokens.weight';
export const headName = 'lm_head.weight';
const finalNormName = 'model.norm.weight';

/**
 * Name → shape of every tensor the architecture needs, in Hugging Face's names and [out, in] layout.
 * A tied `lm_head.weight` is not among them.
 */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: H, vocabSize: V } = config;
  const tensors = new Map<string, readonly number[]>([[embeddingName, [V, H]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [name, shape] of layerTensors(config)) tensors.set(`model.layers.${layer}.${name}`, shape);
  }
  tensors.set(finalNormName, [H]);
  if (!config.tiedEmbeddings) tensors.set(headName, [V, H]);
  return tensors;
}

/** Name within the layer → shape. */
function layerTensors(config: ModelConfig): [string, readonly number[]][] {
  const { hiddenSize: H, intermediateSize: I, heads, kvHeads, headSize } = config;
  const linear = (name: string, output: number, input: number, bias: boolean): [string, readonly number[]][] => [
    [`${name}.weight`, [output, input]],
    ...(bias ? ([[`${name}.bias`, [output]]] as [string, readonly number[]][]) : []),
  ];
  return [
    ['input_layernorm.weight', [H]],
    ...linear('self_attn.q_proj', heads * headSize, H, config.qkvBias),
    ...linear('self_attn.k_proj', kvHeads * headSize, H, config.qkvBias),
    ...linear('self_attn.v_proj', kvHeads * headSize, H, config.qkvBias),
    ...(config.qkNorm
      ? ([
          ['self_attn.q_norm.weight', [headSize]],
          ['self_attn.k_norm.weight', [headSize]],
        ] as [string, readonly number[]][])
      : []),
    ...linear('self_attn.o_proj', H, heads * headSize, config.outputBias),
    ['post_attention_layernorm.weight', [H]],
    ...linear('mlp.gate_proj', I, H, config.mlpBias),
    ...linear('mlp.up_proj', I, H, config.mlpBias),
    ...linear('mlp.down_proj', H, I, config.mlpBias),
  ];
}
