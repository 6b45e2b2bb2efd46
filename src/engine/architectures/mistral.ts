import { z } from 'zod';
import type { Dimensions, LayerDescription } from '../checkpoint/architecture.ts';
import type { RawConfig } from '../checkpoint/raw-config.ts';
import type { Architecture } from './architecture.ts';
import { llama, llamaLayers } from './llama.ts';
import { readWindows } from './windows.ts';

/** Mistral 7B, Nemo and Small 2: Llama without biases; the first of them have a sliding window in every layer. */
export const mistral: Architecture = {
  ...llama,
  name: 'MistralForCausalLM',
  families: ['Mistral'],
  modelTypes: ['mistral'],
  defaults: { maxPositions: 131072, kvHeads: 8, headSize: null },
  layers: (config, size) => llamaLayers(size, { windows: mistralWindows(config, size) }),
};

const windowFields = { sliding_window: z.number().nullish(), layer_types: z.array(z.string()).nullish() };

/** One window for all layers; none only where config.json says null, because transformers' class has one by default. */
function mistralWindows(config: RawConfig, size: Dimensions): LayerDescription['windows'] {
  const { sliding_window: given, layer_types: types } = config.fields(windowFields);
  const window = given === undefined ? defaultWindow : given;
  const uniform = window === null ? 'full_attention' : 'sliding_attention';
  // transformers ignores `layer_types` here, so a model that needs it would be computed wrongly.
  if (types?.some((type) => type !== uniform)) {
    throw config.unsupported(`layer_types in which not every layer is ${uniform}`, 'one kind of attention in Mistral');
  }
  return readWindows(config, size, window);
}

const defaultWindow = 4096;
