import { runCommand, setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { messageOf } from '../../shared/errors/thrown.ts';
import { codeOf } from '../../shared/system-code.ts';

export function notEncodable(path: string, encoding: string, character: string, line: number): RetuneError {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const known = encoding === 'latin1' ? 'an 8-bit encoding that is not UTF-8 (read as Latin-1)' : encoding;
  const shown = /[\p{C}\p{Z}]/u.test(character) ? '' : ` "${character}"`;
  return new RetuneError({
    code: 'edits.not-encodable',
    what: `The new text of ${path} cannot be written.`,
    why: `Line ${line} holds the character U+${code}${shown}, which the file's encoding, ${known}, does not have.`,
    remedy:
      encoding === 'latin1'
        ? 'Convert the file to UTF-8 first if it should hold such characters.'
        : 'The attempt must do without this character.',
    data: { path, encoding, character: `U+${code}`, line },
  });
}

export function pathRefused(path: string, folder: string, problem: string, why: string): RetuneError {
  return new RetuneError({
    code: 'edits.path-refused',
    what: `Retune does not write ${JSON.stringify(path)}.`,
    why: `It is refused as a file of the workspace folder ${folder}: ${why}.`,
    remedy: 'Retune writes only files inside the workspace folder: choose one, or the folder that holds this file.',
    actions: [setOption('target')],
    data: { path, folder, problem },
  });
}

export function notAFile(path: string): RetuneError {
  return new RetuneError({
    code: 'edits.not-a-file',
    what: `Retune does not write ${path}.`,
    why: 'Something that is not a regular file is in its place.',
    remedy: 'Move it away, or choose another target.',
    actions: [setOption('target')],
    data: { path },
  });
}

export function readOnly(path: string): RetuneError {
  return new RetuneError({
    code: 'edits.read-only',
    what: `Retune does not write ${path}.`,
    why: 'The file is marked as read-only; it may be generated or kept by another program.',
    remedy: 'Make it writable if it should be changed, and try again.',
    data: { path },
  });
}

/** A write that the system refused. All files of the change are as they were. */
export function writeFailed(path: string, cause: unknown): RetuneError {
  const code = codeOf(cause) ?? 'unknown';
  const known = systemReasons[code];
  return new RetuneError({
    code: known?.code ?? 'edits.write-failed',
    what: `${path} could not be written; no file of this change was changed.`,
    why: `${known?.why ?? `The system says: ${messageOf(cause)}`} (${code}).`,
    remedy: known?.remedy ?? 'Check the disk and the file, and try again.',
    data: { path, system: code },
    cause,
  });
}

/** The worst case: a change failed half-way and could not be taken back. */
export function rollbackFailed(files: readonly { readonly path: string; readonly kept: string }[]): RetuneError {
  const list = files.map(({ path, kept }) => `${path} (its earlier content is in ${kept})`).join(', ');
  return new RetuneError({
    code: 'edits.rollback-failed',
    what: `A change failed half-way, and these files could not be put back: ${list}.`,
    why: 'The system refused to rename the files back.',
    remedy: 'Undo the session, or rename the files back yourself.',
    actions: [runCommand('undo')],
    data: { files },
  });
}

const full = {
  code: 'edits.disk-full',
  why: 'There is no space left where the file is',
  remedy: 'Free some space and try again.',
};
const denied = {
  code: 'edits.not-writable',
  why: 'The system does not let you replace files in that folder',
  remedy: 'Check the permissions of the file and of its folder.',
};
const systemReasons: Readonly<Record<string, { code: string; why: string; remedy: string } | undefined>> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
};
