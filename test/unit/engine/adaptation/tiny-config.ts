import type { ModelConfig } from '../../../../src/engine/checkpoint/model-config.ts';

/** A decoder so small that its adapters fit in a few kilobytes; every linear has another shape. */
export const tinyConfig: ModelConfig = {
  architecture: 'Qwen2ForCausalLM',
  hiddenSize: 16,
  intermediateSize: 24,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headSize: 5,
  vocabSize: 40,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: null,
  tiedEmbeddings: true,
  qkvBias: true,
  outputBias: false,
  mlpBias: false,
  qkNorm: false,
  maxPositions: 128,
};
