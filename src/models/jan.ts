import { join } from 'node:path';
import { modelsBelow } from './model-files.ts';
import { dataDirectory } from './place.ts';
import type { ModelStore } from './store.ts';

/** `llamacpp/models/NAME/model.gguf`; names may have several parts. */
export const jan: ModelStore = {
  name: 'jan',
  title: 'Jan',
  roots: (place) =>
    [join(dataDirectory(place, 'APPDATA'), 'Jan', 'data'), join(place.home, 'jan')].map((data) =>
      join(data, 'llamacpp', 'models'),
    ),
  models: (visit) =>
    modelsBelow(visit, visit.root, 3).map((model) => ({ ...model, name: model.name.replace(/\/model\.gguf$/i, '') })),
};
