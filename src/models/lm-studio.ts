import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ignoreSystemError } from '../shared/system-code.ts';
import { modelsBelow } from './model-files.ts';
import type { Place } from './place.ts';
import type { ModelStore } from './store.ts';

/** `PUBLISHER/REPOSITORY/FILE.gguf`, or directories in Hugging Face layout. */
export const lmStudio: ModelStore = {
  name: 'lmstudio',
  title: 'LM Studio',
  roots(place) {
    const moved = pointer(place);
    return [
      ...(moved === undefined ? [] : [join(moved, 'models')]),
      join(place.home, '.lmstudio', 'models'),
      join(place.home, '.cache', 'lm-studio', 'models'),
    ];
  },
  models: (visit) => modelsBelow(visit, visit.root, 2),
};

const maxPathBytes = 4096;

/** Where the developer has moved LM Studio's folder: a file in the home directory holds the path. */
function pointer({ home }: Place): string | undefined {
  const file = join(home, '.lmstudio-home-pointer');
  try {
    const status = statSync(file);
    if (!status.isFile() || status.size > maxPathBytes) return undefined;
    const path = readFileSync(file, 'utf8').trim();
    return isAbsolute(path) && !path.includes('\0') ? path : undefined;
  } catch (error) {
    ignoreSystemError(error);
    return undefined;
  }
}
