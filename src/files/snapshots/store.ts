import type { Copies } from './copies.ts';
import type { GitSnapshots } from './git-snapshots.ts';

/** What the operations on one session's checkpoints share. */
export interface CheckpointStore {
  /** The workspace folder, symlinks resolved. */
  readonly folder: string;
  /** Its id. */
  readonly session: string;
  /** Where manifests and copies lie; made by the first checkpoint. */
  readonly directory: string;
  readonly copies: Copies;
  readonly snapshots: GitSnapshots;
}
