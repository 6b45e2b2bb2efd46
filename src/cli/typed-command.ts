import { realpathSync } from 'node:fs';

/** Commands as they must be typed in the current directory. A folder is absolute, symlinks resolved. */

/** Takes a session of this folder back. */
export function undoCommand(folder: string, session?: string): string {
  return typed('undo', [...optional(session), ...elsewhere(folder, '--folder')]);
}

/** Takes back what a model learnt last in this folder. @param model its directory, when it is not the one that is used by default */
export function revertCommand(folder: string, model?: string): string {
  return typed('adapter revert', [...elsewhere(folder), ...(model === undefined ? [] : ['--model', model])]);
}

/** A command of this program, its words quoted for the shell. */
export function typed(command: string, words: readonly string[] = []): string {
  return ['retune', command, ...words.map(quoted)].join(' ');
}

/** The words that name a folder, none for the current directory. */
export function elsewhere(folder: string | undefined, flag?: string): readonly string[] {
  return folder === undefined || isCurrent(folder) ? [] : [...optional(flag), folder];
}

function optional(word: string | undefined): readonly string[] {
  return word === undefined ? [] : [word];
}

function isCurrent(folder: string): boolean {
  try {
    return realpathSync(process.cwd()) === folder;
  } catch {
    // The current directory was deleted.
    return false;
  }
}

/** A word for the shell that people here type in. */
export function quoted(word: string): string {
  if (process.platform === 'win32') return /[\s&()^;,=%!'`]/.test(word) ? `"${word}"` : word;
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
