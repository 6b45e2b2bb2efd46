import type { Architecture } from './architecture.ts';
import { biasField, llama, llamaLayer, llamaLayers } from './llama.ts';
import { qwenWindows } from './qwen2.ts';

/** Qwen3: every query and key head is RMS-normalised before rotary; heads need not add up to H. */
export const qwen3: Architecture = {
  ...llama,
  name: 'Qwen3ForCausalLM',
  families: ['Qwen3 (dense)'],
  modelTypes: ['qwen3'],
  defaults: { maxPositions: 32768, kvHeads: 32, headSize: 128 },
  layers(config, size) {
    const bias = config.fields(biasField).attention_bias === true;
    return llamaLayers(size, {
      qkvBias: bias,
      outputBias: bias,
      headNorms: true,
      windows: qwenWindows(config, size),
    });
  },
  layer: llamaLayer({ headNorms: true }),
};
