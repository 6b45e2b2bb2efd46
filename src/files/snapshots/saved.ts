import { readManifests } from './manifest.ts';
import type { SnapshotStore } from './store.ts';

/** See {@link Snapshots.savedPaths}. */
export async function savedPaths(store: SnapshotStore): Promise<string[]> {
  const { all } = await readManifests(store.directory);
  return [...new Set(all.flatMap(({ files }) => files.map(({ path }) => path)))];
}

/** See {@link Snapshots.forgetRefs}. Refs that were planned but never made are included, so that none is left behind. */
export async function forgetRefs(store: SnapshotStore): Promise<void> {
  const { all } = await readManifests(store.directory);
  for (const top of new Set(all.flatMap(({ refs }) => refs.map((ref) => ref.top)))) await store.inGit.forget(top);
}
