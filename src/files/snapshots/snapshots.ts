/**
 * Snapshots of exactly the files that an attempt is about to change. Everything that undo needs is in the session's storage:
 *
 *     checkpoints/000001.json      what was at each path, what was to be written, which contents are ours (manifest.ts)
 *     checkpoints/copies/SHA256    the contents
 *     checkpoints/originals/…      contents under readable names, when a file was kept that undo would have changed
 *
 * In a git repository the same contents are soon kept under the private ref `refs/retune/SESSION/TURN` as well.
 */
export interface Snapshots {
  /**
   * Saves the present state of these files before they are written. Durable when it returns: whatever happens next, undo can
   * tell for each file whether it holds the old content, one of ours, or someone else's.
   * @param turn any number that does not decrease within a session
   * @throws RetuneError `checkpoints.path-refused`, `checkpoints.not-a-file`, `checkpoints.file-too-large`, and when storage
   * cannot
   * be written `checkpoints.disk-full` or `checkpoints.cannot-save`; nothing may be written then
   */
  save(turn: number, files: readonly FileToSave[]): Promise<Snapshot>;
  /**
   * Brings back what was there before the first attempt. A file that holds neither that nor content of ours is someone else's
   * and is kept. May be repeated, even after a crash halfway.
   * @param options toTurn: brings back what was there before that turn's attempt (after turn n is before turn n + 1)
   */
  undo(options?: { readonly toTurn?: number }): Promise<UndoReport>;
  /** What the attempts changed: the files before the first attempt, and now. Unchanged files are left out. */
  diff(): Promise<readonly FileDiff[]>;
  /** Whose content each file that was ever saved holds now. Changes nothing. */
  status(): Promise<readonly FileStatus[]>;
  /** Every path that was ever saved, relative to the folder. */
  savedPaths(): Promise<readonly string[]>;
  /** Waits for the private refs, which are made while the session goes on. @returns sentences about what did not work */
  settled(): Promise<readonly string[]>;
  /** Removes the session's private refs, before its storage is deleted. */
  forgetRefs(): Promise<void>;
}

export interface FileToSave {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** SHA-256 of what will be written next. */
  readonly after: string;
}

export interface Snapshot {
  /** `SESSION/TURN`; below `refs/retune/` it is the name of the ref that a repository will get, if it can be used. */
  readonly id: string;
  readonly turn: number;
  /** SHA-256 of what is there, null = nothing: what a writer should expect to find. */
  readonly files: readonly { readonly path: string; readonly before: string | null }[];
  /** Sentences about what did not work so far: a damaged snapshot, a repository that cannot be used. */
  readonly notices: readonly string[];
}

export interface UndoReport {
  /** Files with their earlier content again. */
  readonly restored: readonly string[];
  /** Files that did not exist before and are gone again. */
  readonly removed: readonly string[];
  /** Files that were already as they should be. */
  readonly unchanged: readonly string[];
  /** Files that someone else changed: left as they are. */
  readonly kept: readonly KeptFile[];
  /** Files that still hold our content, because the system did not let us restore them; undo may be repeated. */
  readonly failed: readonly KeptFile[];
  readonly notices: readonly string[];
}

export interface KeptFile {
  readonly path: string;
  /** What is there and what to do, in sentences. */
  readonly why: string;
  /** Absolute path of the content that undo would have brought back; absent when there was no file, or its copy is lost. */
  readonly copy?: string;
}

export interface FileDiff {
  readonly path: string;
  readonly change: 'modified' | 'added' | 'removed';
  /** Decoded, with line feeds; '' where there is no file or it is not text. */
  readonly before: string;
  readonly after: string;
  /** Unified, with `a/` and `b/` headings; a single line where there is no text to compare. */
  readonly patch: string;
}

export interface FileStatus {
  readonly path: string;
  /** `attempt`: it holds content of ours; `original`: as undo would leave it; `changed`: someone else's content. */
  readonly state: 'attempt' | 'original' | 'changed';
}
