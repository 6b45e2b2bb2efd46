import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Copies } from './copies.ts';
import { diffFiles } from './diff.ts';
import { GitCopies } from './git-copies.ts';
import { saveFiles } from './save.ts';
import { forgetRefs, savedPaths } from './saved.ts';
import type { Snapshots } from './snapshots.ts';
import type { SnapshotStore } from './store.ts';
import { statusOf, undoFiles } from './undo.ts';

/**
 * The snapshots of one session. Opening reads and writes nothing but the real path of the folder.
 * @param sessionDirectory outside the workspace; its last component names the session
 */
export async function openSnapshots(folder: string, sessionDirectory: string): Promise<Snapshots> {
  // The name that sessions on disk have used from the beginning.
  const directory = join(sessionDirectory, 'checkpoints');
  const session = basename(sessionDirectory);
  const store: SnapshotStore = {
    folder: await realpath(folder),
    session,
    directory,
    copies: new Copies(join(directory, 'copies')),
    inGit: new GitCopies(session, directory),
  };
  return {
    save: (turn, files) => saveFiles(store, turn, files),
    undo: ({ toTurn } = {}) => undoFiles(store, toTurn),
    diff: () => diffFiles(store),
    status: () => statusOf(store),
    settled: () => store.inGit.settled(),
    savedPaths: () => savedPaths(store),
    forgetRefs: () => forgetRefs(store),
  };
}
