import { type FileState, holds, type PresentState, sameState } from './file-state.ts';
import type { Manifest, SavedFile } from './manifest.ts';

/** What the snapshots of a session say about one file. */
export interface FileHistory {
  readonly path: string;
  /** What undo should bring back. */
  readonly wanted: FileState;
  /** The state before the first attempt; differs from `wanted` when someone changed the file between attempts. */
  readonly first: FileState;
  readonly ours: ReadonlySet<string>;
  /** Directories that we created for it, deepest first. */
  readonly made: readonly string[];
  /** Where git holds contents of it, by SHA-256. */
  readonly git: ReadonlyMap<string, NonNullable<SavedFile['git']>>;
}

/**
 * @param toTurn restore the state before this turn's attempt; absent = before all attempts, except that a change made by
 * someone
 * else between attempts is theirs, and is what is restored
 * @returns one entry for each file to examine, in the order in which they were first saved
 */
export function fileHistories(manifests: readonly Manifest[], toTurn?: number): FileHistory[] {
  const paths = new Set(manifests.flatMap(({ files }) => files.map(({ path }) => path)));
  return [...paths].flatMap((path) => {
    const saved = manifests.flatMap(({ turn, files }) =>
      files.filter((file) => file.path === path).map((file) => ({ turn, file })),
    );
    const wanted =
      toTurn === undefined ? saved.at(-1)!.file.restore : saved.find(({ turn }) => turn >= toTurn)?.file.before;
    // It was not written to from that turn on.
    if (wanted === undefined) return [];
    const git = saved.flatMap(({ file }) =>
      file.git !== undefined && file.before.kind !== 'absent' ? [[file.before.sha256, file.git] as const] : [],
    );
    return {
      path,
      wanted,
      first: saved[0]!.file.before,
      ours: new Set(saved.flatMap(({ file }) => file.ours)),
      made: [...new Set(saved.flatMap(({ file }) => file.made))].sort((a, b) => b.length - a.length),
      git: new Map(git),
    };
  });
}

/** Whose the present content is. `changed`: neither what is wanted nor anything of ours, hence someone else's. */
export type Ownership = 'wanted' | 'ours' | 'changed';

export function ownership(history: Pick<FileHistory, 'wanted' | 'ours'>, present: PresentState): Ownership {
  if (holds(present, history.wanted)) return 'wanted';
  return present.kind === 'file' && history.ours.has(present.sha256) ? 'ours' : 'changed';
}

/** The cumulative part of a new entry: what a complete undo brings back, and which contents are ours. */
export function carriedOver(
  manifests: readonly Manifest[],
  path: string,
  before: FileState,
  after: string,
): Pick<SavedFile, 'restore' | 'ours'> {
  const last = manifests.flatMap(({ files }) => files.filter((file) => file.path === path)).at(-1);
  if (last === undefined) return { restore: before, ours: [after] };
  const isOurs = before.kind === 'file' && last.ours.includes(before.sha256);
  const restore = isOurs || sameState(before, last.restore) ? last.restore : before;
  return { restore, ours: [...new Set([...last.ours, after])] };
}
