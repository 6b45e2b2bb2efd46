import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { systemSays } from '../../shared/errors/thrown.ts';
import { isDiskFull } from '../../shared/system-code.ts';

/** A path that must never be written: outside the folder, in `.git`, or through a symlink out of the folder. */
export function pathRefused(path: string, folder: string, why: string): RetuneError {
  return new RetuneError({
    code: 'checkpoints.path-refused',
    what: `Retune does not touch ${JSON.stringify(path)}.`,
    why: `It is refused as a file of the workspace folder ${folder}: ${why}.`,
    remedy: 'Choose a target that is a regular file inside the workspace folder.',
    actions: [setOption('target')],
    data: { path, folder },
  });
}

/** Something that is no regular file stands where a target should be. */
export function notAFile(path: string, found: string): RetuneError {
  return new RetuneError({
    code: 'checkpoints.not-a-file',
    what: `${path} cannot be a target.`,
    why: `It is ${found}, not a regular file.`,
    remedy: 'Choose a source file as the target.',
    actions: [setOption('target')],
    data: { path, found },
  });
}

export function fileTooLarge(path: string, bytes: number, limit: number): RetuneError {
  return new RetuneError({
    code: 'checkpoints.file-too-large',
    what: `${path} is too large for a snapshot.`,
    why: `It has ${bytes} bytes; the limit is ${limit}.`,
    remedy: 'Choose a smaller file as the target.',
    actions: [setOption('target')],
    data: { path, bytes, limit },
  });
}

/** The present state of the target could not be made safe, so nothing was written. */
export function cannotSave(directory: string, cause: unknown): RetuneError {
  const full = isDiskFull(cause);
  return new RetuneError({
    code: full ? 'checkpoints.disk-full' : 'checkpoints.cannot-save',
    what: 'The state before this attempt could not be saved, so the attempt was not written.',
    why: full
      ? `The disk or the quota of ${directory} is full.`
      : `Saving to ${directory} failed. ${systemSays(cause)}`,
    remedy: full
      ? 'Free some space, or keep the state of Retune on another disk, and start again.'
      : 'Make this folder writable, or keep the state of Retune elsewhere, and start again.',
    actions: [setOption('stateDirectory')],
    data: { directory },
    cause,
  });
}

/** A file of a snapshot that is not what was written; the other snapshots are used without it. */
export function snapshotDamaged(path: string, detail: string, movedTo: string | undefined): RetuneError {
  return new RetuneError({
    code: 'checkpoints.damaged',
    what: `The snapshot ${path} is damaged and was left out.`,
    why: `${detail}.`,
    remedy:
      movedTo === undefined
        ? 'What only this snapshot could restore stays as it is now.'
        : `It was moved to ${movedTo}; what only this snapshot could restore stays as it is now.`,
    data: { path, ...(movedTo !== undefined && { movedTo }) },
  });
}
