import type { Copies } from './copies.ts';
import type { GitCopies } from './git-copies.ts';

/** What the operations on one session's snapshots have in common. */
export interface SnapshotStore {
  /** The workspace folder, symlinks resolved. */
  readonly folder: string;
  /** Its id. */
  readonly session: string;
  /** Holds manifests and copies; created by the first snapshot. */
  readonly directory: string;
  readonly copies: Copies;
  readonly inGit: GitCopies;
}
