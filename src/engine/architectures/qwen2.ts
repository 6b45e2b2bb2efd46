import { z } from 'zod';
import type { Dimensions } from '../checkpoint/architecture.ts';
import type { RawConfig } from '../checkpoint/raw-config.ts';
import type { Architecture } from './architecture.ts';
import { llama, llamaLayers, refuseSlidingLayers } from './llama.ts';

/** Qwen2, Qwen2.5, Qwen2.5-Coder: Llama with biases on q, k and v. */
export const qwen2: Architecture = {
  ...llama,
  name: 'Qwen2ForCausalLM',
  families: ['Qwen2', 'Qwen2.5'],
  modelTypes: ['qwen2'],
  defaults: { maxPositions: 32768, kvHeads: 32, headSize: null },
  layers(config, size) {
    refuseSlidingWindow(config, size);
    return llamaLayers(size, { qkvBias: true });
  },
};

const windowFields = {
  use_sliding_window: z.boolean().nullish(),
  sliding_window: z.number().nullish(),
  max_window_layers: z.number().nullish(),
  layer_types: z.array(z.string()).nullish(),
};

/** Qwen's layers slide from `max_window_layers` on, when they are told to. */
export function refuseSlidingWindow(config: RawConfig, { layers }: Dimensions): void {
  refuseSlidingLayers(config);
  const { use_sliding_window, sliding_window, max_window_layers, layer_types } = config.fields(windowFields);
  const first = max_window_layers ?? 28;
  if (layer_types || !use_sliding_window || sliding_window === null || first >= layers) return;
  throw config.unsupported(`sliding window attention in layers from ${first} on`, 'full attention in every layer');
}
