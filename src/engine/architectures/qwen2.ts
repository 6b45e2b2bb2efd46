import { z } from 'zod';
import type { Dimensions, LayerDescription } from '../checkpoint/architecture.ts';
import type { RawConfig } from '../checkpoint/raw-config.ts';
import type { Architecture } from './architecture.ts';
import { llama, llamaLayers } from './llama.ts';
import { readWindows } from './windows.ts';

/** Qwen2, Qwen2.5, Qwen2.5-Coder: Llama with biases on q, k and v, and perhaps with sliding-window layers. */
export const qwen2: Architecture = {
  ...llama,
  name: 'Qwen2ForCausalLM',
  families: ['Qwen2', 'Qwen2.5'],
  modelTypes: ['qwen2'],
  defaults: { maxPositions: 32768, kvHeads: 32, headSize: null },
  layers: (config, size) => llamaLayers(size, { qkvBias: true, windows: qwenWindows(config, size) }),
};

/** Qwen's layers slide from `max_window_layers` on, when `use_sliding_window` says so. */
export function qwenWindows(config: RawConfig, size: Dimensions): LayerDescription['windows'] {
  const { use_sliding_window, sliding_window, max_window_layers } = config.fields({
    use_sliding_window: z.boolean().nullish(),
    sliding_window: z.number().nullish(),
    max_window_layers: z.int().nonnegative().nullish(),
  });
  const window = sliding_window === undefined ? defaultWindow : sliding_window;
  return readWindows(config, size, use_sliding_window === true ? window : null, max_window_layers ?? 28);
}

const defaultWindow = 4096;
