/** The shape of Qwen2.5-0.5B, which every figure is measured at; only the weights are random. */
export const shape = {
  hidden: 896,
  intermediate: 4864,
  layers: 24,
  heads: 14,
  kvHeads: 2,
  headSize: 64,
  vocabulary: 151_936,
  rmsNormEps: 1e-6,
  ropeTheta: 1_000_000,
  maxPositions: 32_768,
} as const;

export interface TensorShape {
  /** Hugging Face's name. */
  readonly name: string;
  /** [out, in] or [n]. */
  readonly shape: readonly number[];
  readonly role: 'matrix' | 'bias' | 'norm';
}

export const embeddingName = 'model.embed_tokens.weight';

/** All tensors of the checkpoint, in file order. The embedding is tied, so there is no lm_head. */
export function tensors(): TensorShape[] {
  const { hidden: H, intermediate: I, heads, kvHeads, headSize, layers, vocabulary } = shape;
  const list: TensorShape[] = [{ name: embeddingName, shape: [vocabulary, H], role: 'matrix' }];
  const linear = (prefix: string, output: number, input: number, bias: boolean) => {
    list.push({ name: `${prefix}.weight`, shape: [output, input], role: 'matrix' });
    if (bias) list.push({ name: `${prefix}.bias`, shape: [output], role: 'bias' });
  };
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    list.push({ name: `${prefix}.input_layernorm.weight`, shape: [H], role: 'norm' });
    linear(`${prefix}.self_attn.q_proj`, heads * headSize, H, true);
    linear(`${prefix}.self_attn.k_proj`, kvHeads * headSize, H, true);
    linear(`${prefix}.self_attn.v_proj`, kvHeads * headSize, H, true);
    linear(`${prefix}.self_attn.o_proj`, H, heads * headSize, false);
    list.push({ name: `${prefix}.post_attention_layernorm.weight`, shape: [H], role: 'norm' });
    linear(`${prefix}.mlp.gate_proj`, I, H, false);
    linear(`${prefix}.mlp.up_proj`, I, H, false);
    linear(`${prefix}.mlp.down_proj`, H, I, false);
  }
  list.push({ name: 'model.norm.weight', shape: [H], role: 'norm' });
  return list;
}

export function elements(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}
