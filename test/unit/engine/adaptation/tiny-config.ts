import { llamaLayers } from '../../../../src/engine/architectures/llama.ts';
import type { Dimensions } from '../../../../src/engine/checkpoint/architecture.ts';
import type { ModelConfig } from '../../../../src/engine/checkpoint/model-config.ts';

/** A decoder so small that its adapters fit in a few kilobytes; every linear has another shape. */
export const tinyConfig = tinyConfigWith({});

export function tinyConfigWith(changes: Partial<Dimensions>): ModelConfig {
  const sizes = { hiddenSize: 16, intermediateSize: 24, layers: 2, heads: 4, kvHeads: 2, headSize: 5, ...changes };
  return {
    architecture: 'Qwen2ForCausalLM',
    ...sizes,
    ...llamaLayers(sizes, { qkvBias: true }),
    vocabSize: 40,
    rmsNormEps: 1e-6,
    ropeTheta: 10000,
    ropeScaling: null,
    tiedEmbeddings: true,
    maxPositions: 128,
  };
}
