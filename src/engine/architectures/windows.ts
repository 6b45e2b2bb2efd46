import { z } from 'zod';
import type { Dimensions, LayerDescription } from '../checkpoint/architecture.ts';
import type { RawConfig } from '../checkpoint/raw-config.ts';

/**
 * The window of each layer: what `layer_types` says, else the window from layer `first` on.
 * @param window of the sliding-window layers; null when the model has none
 * @throws RetuneError `checkpoint.unsupported-model`, `checkpoint.bad-config`
 */
export function readWindows(
  config: RawConfig,
  { layers }: Dimensions,
  window: number | null,
  first = 0,
): LayerDescription['windows'] {
  if (window !== null && !(Number.isSafeInteger(window) && window > 0)) {
    throw config.bad(`sliding_window ${window} is not a number of tokens`);
  }
  const { layer_types: types } = config.fields({ layer_types: z.array(z.string()).nullish() });
  if (!types) return Array.from({ length: layers }, (_, layer) => (layer < first ? null : window));
  const other = types.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (other !== undefined) throw config.unsupported(`layers of the type ${other}`, 'full and sliding attention');
  if (types.length !== layers) throw config.bad(`layer_types names ${types.length} layers of ${layers}`);
  if (window === null && types.includes('sliding_attention')) {
    throw config.bad('layer_types names sliding layers, but there is no sliding window');
  }
  return types.map((type) => (type === 'sliding_attention' ? window : null));
}
