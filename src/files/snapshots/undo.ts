import { join } from 'node:path';
import { pathInside } from '../edits/path-inside.ts';
import { cleanTemporaries } from '../edits/temporaries.ts';
import { readPresent, sameState } from './file-state.ts';
import { type FileHistory, fileHistories, ownership } from './history.ts';
import { readManifests } from './manifest.ts';
import { type RestoreOutcome, restoreFile } from './restore.ts';
import type { FileStatus, KeptFile, UndoReport } from './snapshots.ts';
import type { SnapshotStore } from './store.ts';

/**
 * See {@link Snapshots.undo}. Each file is judged by its present content alone and replaced in one step, so the undo needs
 * no journal of its own: after a crash, repeating it does what is left.
 */
export async function undoFiles(store: SnapshotStore, toTurn?: number): Promise<UndoReport> {
  const inGit = await store.inGit.settled();
  const { all, notices } = await readManifests(store.directory);
  const files: Record<RestoreOutcome['kind'], string[]> = {
    restored: [],
    removed: [],
    unchanged: [],
    kept: [],
    failed: [],
  };
  const kept: KeptFile[] = [];
  const failed: KeptFile[] = [];
  const found = [...notices, ...inGit];
  const histories = fileHistories(all, toTurn);
  // What a killed write left beside the files would keep their directories from being removed.
  await cleanTemporaries(
    store.folder,
    histories.map(({ path }) => path),
  );
  for (const history of histories) {
    const outcome = await restoreFile(store, history);
    files[outcome.kind].push(history.path);
    if (outcome.kind === 'kept') kept.push(await keptFile(store, history, outcome.why));
    else if (outcome.kind === 'failed') failed.push({ ...(await keptFile(store, history, '')), why: outcome.why });
    else if (toTurn === undefined && !sameState(history.wanted, history.first))
      found.push(await betweenTurns(store, history));
  }
  return { restored: files.restored, removed: files.removed, unchanged: files.unchanged, kept, failed, notices: found };
}

/** See {@link Snapshots.status}. */
export async function statusOf(store: SnapshotStore): Promise<FileStatus[]> {
  const { all } = await readManifests(store.directory);
  const states = { wanted: 'original', ours: 'attempt', changed: 'changed' } as const;
  return Promise.all(
    fileHistories(all).map(async (history) => {
      const inside = await pathInside(store.folder, history.path);
      if (inside.kind === 'refused') return { path: history.path, state: 'changed' as const };
      return { path: history.path, state: states[ownership(history, await readPresent(inside.absolute))] };
    }),
  );
}

async function keptFile(store: SnapshotStore, { path, wanted }: FileHistory, what: string): Promise<KeptFile> {
  const copy = wanted.kind === 'file' ? await readableCopy(store, path, wanted.sha256, 'wanted') : undefined;
  const remedy = {
    absent: 'There was no such file before; delete it if you do not want it.',
    link: wanted.kind === 'link' ? `Before it was a symbolic link to ${wanted.to}.` : '',
    file: copy === undefined ? 'Its copy is lost.' : `Its earlier content is in ${copy}; copy it back if you want it.`,
  }[wanted.kind];
  return { path, why: `It is left as it is, because ${what}. ${remedy}`, ...(copy !== undefined && { copy }) };
}

async function betweenTurns(store: SnapshotStore, { path, first }: FileHistory): Promise<string> {
  const copy = first.kind === 'file' ? await readableCopy(store, path, first.sha256, 'first') : undefined;
  const where = copy === undefined ? '' : ` The content from before the first attempt is in ${copy}.`;
  return `${path} was changed by someone else between two attempts; undo goes back to that change.${where}`;
}

function readableCopy(
  { copies, directory }: SnapshotStore,
  path: string,
  digest: string,
  kind: 'wanted' | 'first',
): Promise<string | undefined> {
  return copies.readable(digest, path, join(directory, kind === 'wanted' ? 'originals' : 'first'));
}
