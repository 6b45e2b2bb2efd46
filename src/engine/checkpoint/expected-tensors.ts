import type { ModelConfig } from './model-config.ts';

export const embeddingName = 'model.embed_tokens.weight';
export const headName = 'lm_head.weight';
export const finalNormName = 'model.norm.weight';

/**
 * Name → shape of every tensor that the model needs, in the order of the weights file: in Hugging Face's names and [out, in] layout.
 * A tied `lm_head.weight` is not among them.
 */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize: H, vocabSize: V } = config;
  const tensors = new Map<string, readonly number[]>([[embeddingName, [V, H]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const { name, shape } of config.layerTensors) tensors.set(`model.layers.${layer}.${name}`, shape);
  }
  tensors.set(finalNormName, [H]);
  if (!config.tiedEmbeddings) tensors.set(headName, [V, H]);
  return tensors;
}
