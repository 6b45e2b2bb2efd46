import { join } from 'node:path';
import { ggufModels } from './model-files.ts';
import { dataDirectory } from './place.ts';
import type { ModelStore } from './store.ts';

/** GGUF files side by side. */
export const gpt4all: ModelStore = {
  name: 'gpt4all',
  title: 'GPT4All',
  roots: (place) => [join(dataDirectory(place, 'LOCALAPPDATA'), 'nomic.ai', 'GPT4All')],
  models: (visit) => ggufModels(visit.entries(visit.root), (file) => file),
};
