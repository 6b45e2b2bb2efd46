import { join } from 'node:path';
import { ggufModels } from './model-files.ts';
import { directoryOf, type Place } from './place.ts';
import type { ModelStore } from './store.ts';

/** llama.cpp's cache before it used the hub's: GGUF files side by side. */
export const llamaCpp: ModelStore = {
  name: 'llama.cpp',
  title: 'llama.cpp’s cache',
  roots: (place) => [directoryOf(place, 'LLAMA_CACHE') ?? join(cacheDirectory(place), 'llama.cpp')],
  models: (visit) => ggufModels(visit.entries(visit.root), (file) => file),
};

function cacheDirectory(place: Place): string {
  const { platform, home } = place;
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return directoryOf(place, 'LOCALAPPDATA') ?? join(home, 'AppData', 'Local');
  return directoryOf(place, 'XDG_CACHE_HOME') ?? join(home, '.cache');
}
