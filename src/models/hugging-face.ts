import { join } from 'node:path';
import { directoryModel, ggufModels } from './model-files.ts';
import { directoryOf, firstDirectoryOf, type Place } from './place.ts';
import type { ModelStore, StoredModel } from './store.ts';
import type { Entry, Visit } from './visit.ts';

/** The hub's cache, which llama.cpp uses too: `models--ORG--NAME/snapshots/COMMIT`, with links into `blobs`. */
export const huggingFace: ModelStore = {
  name: 'hf',
  title: 'the Hugging Face cache',
  roots(place) {
    const llamaCpp = directoryOf(place, 'LLAMA_CACHE');
    return [...(llamaCpp === undefined ? [] : [llamaCpp]), hub(place)];
  },
  models: (visit) =>
    visit
      .directories(visit.root)
      .filter(({ name }) => /^models--./.test(name))
      .flatMap((repository) => repositoryModels(visit, repository)),
};

function hub(place: Place): string {
  const named = firstDirectoryOf(place, ['HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE']);
  if (named !== undefined) return named;
  const home = directoryOf(place, 'HF_HOME');
  if (home !== undefined) return join(home, 'hub');
  return join(directoryOf(place, 'XDG_CACHE_HOME') ?? join(place.home, '.cache'), 'huggingface', 'hub');
}

function repositoryModels(visit: Visit, { name, path }: Entry): readonly StoredModel[] {
  const snapshot = snapshotOf(visit, path);
  if (snapshot === undefined) return [];
  const repository = name.slice('models--'.length).replaceAll('--', '/');
  const entries = visit.entries(snapshot);
  const whole = directoryModel(entries, repository);
  const subfolders = entries.filter(({ kind }) => kind === 'directory');
  return [
    ...(whole === undefined ? [] : [whole]),
    ...ggufModels(entries, (file) => `${repository}/${file}`),
    // Some repositories keep each quantisation in a folder of its own.
    ...subfolders.flatMap((folder) =>
      ggufModels(visit.entries(folder.path), (file) => `${repository}/${folder.name}/${file}`),
    ),
  ];
}

/** That of the branch `main`, else the only one there is. */
function snapshotOf(visit: Visit, repository: string): string | undefined {
  const snapshots = join(repository, 'snapshots');
  const main = visit.text(join(repository, 'refs', 'main'))?.trim() ?? '';
  const named = /^[0-9a-f]{7,64}$/.test(main) ? visit.entry(join(snapshots, main)) : undefined;
  if (named?.kind === 'directory') return named.path;
  return visit.directories(snapshots).at(-1)?.path;
}
