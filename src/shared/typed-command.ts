import { realpathSync } from 'node:fs';

/** Takes a session of this folder back, as it must be typed in the current directory. */
export function undoCommand(folder: string, session?: string): string {
  return typed('undo', session, ...(isCurrent(folder) ? [] : ['--folder', folder]));
}

/** Takes back what a model learnt last in this folder. @param model its directory, when it is not the one that is used by default */
export function revertCommand(folder: string, model?: string): string {
  return typed(
    'adapter revert',
    isCurrent(folder) ? undefined : folder,
    ...(model === undefined ? [] : ['--model', model]),
  );
}

/** Lists the sessions of this folder. */
export function sessionsCommand(folder: string): string {
  return typed('sessions', isCurrent(folder) ? undefined : folder);
}

function typed(command: string, ...words: readonly (string | undefined)[]): string {
  const given = words.filter((word) => word !== undefined);
  return ['retune', command, ...given.map(quoted)].join(' ');
}

/** @param folder absolute, symlinks resolved */
function isCurrent(folder: string): boolean {
  try {
    return realpathSync(process.cwd()) === folder;
  } catch {
    // The current directory was deleted.
    return false;
  }
}

/** A word for the shell that people here type in. */
function quoted(word: string): string {
  if (process.platform === 'win32') return /[\s&()^;,=%!'`]/.test(word) ? `"${word}"` : word;
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
