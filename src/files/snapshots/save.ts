import { makePrivateDirectory } from './copies.ts';
import { type Entry, entriesOf, missingDirectories } from './entries.ts';
import { cannotSave } from './errors.ts';
import { stateOf } from './file-state.ts';
import type { GitFile } from './git-copies.ts';
import { carriedOver } from './history.ts';
import { type Manifest, readManifests, type SavedFile, writeManifest } from './manifest.ts';
import type { FileToSave, Snapshot } from './snapshots.ts';
import type { SnapshotStore } from './store.ts';

/** See {@link Snapshots.save}. */
export async function saveFiles(store: SnapshotStore, turn: number, files: readonly FileToSave[]): Promise<Snapshot> {
  const entries = await entriesOf(store.folder, files);
  const notices = await store.inGit.settled();
  try {
    await makePrivateDirectory(store.copies.directory);
    const earlier = await readManifests(store.directory);
    // Contents before the manifest: what it refers to must exist.
    await Promise.all(entries.map(({ present }) => keepCopy(store, present)));
    const name = nameOfTurn(turn, earlier.all);
    const ref = store.inGit.refName(name);
    const saved: SavedFile[] = [];
    const filesInGit: GitFile[] = [];
    for (const entry of entries) {
      const file = await describe(store, entry, earlier.all);
      const gitFile = await gitFileOf(store, entry);
      saved.push(
        gitFile === undefined ? file : { ...file, git: { top: gitFile.top, object: `${ref}:${gitFile.path}` } },
      );
      if (gitFile !== undefined) filesInGit.push(gitFile);
    }
    const refs = [...new Set(filesInGit.map(({ top }) => top))].map((top) => ({ top, ref }));
    await writeManifest(store.directory, earlier.next, { turn, saved: Date.now(), files: saved, refs });
    store.inGit.start(name, filesInGit);
    return {
      id: `${store.session}/${name}`,
      turn,
      files: saved.map(({ path, before }) => ({ path, before: before.kind === 'absent' ? null : before.sha256 })),
      notices: [...earlier.notices, ...notices],
    };
  } catch (error) {
    throw cannotSave(store.directory, error);
  }
}

async function keepCopy({ copies }: SnapshotStore, present: Entry['present']): Promise<void> {
  if (present.kind !== 'absent') await copies.put(present.sha256, present.content);
}

async function describe(
  { folder }: SnapshotStore,
  { path, after, present }: Entry,
  earlier: readonly Manifest[],
): Promise<SavedFile> {
  const before = stateOf(present);
  const made = before.kind === 'absent' ? await missingDirectories(folder, path) : [];
  return { path, before, after, ...carriedOver(earlier, path, before, after), made };
}

async function gitFileOf(store: SnapshotStore, { real, present }: Entry): Promise<GitFile | undefined> {
  const state = stateOf(present);
  if (state.kind === 'absent') return undefined;
  const place = await store.inGit.locate(real);
  return place && { ...place, state, copy: store.copies.path(state.sha256) };
}

/** A turn that writes twice gets a second ref, so that the first still names the state before the turn. */
function nameOfTurn(turn: number, earlier: readonly Manifest[]): string {
  const before = earlier.filter((manifest) => manifest.turn === turn).length;
  return before === 0 ? `${turn}` : `${turn}-${before + 1}`;
}
