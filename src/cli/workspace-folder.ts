import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { folderInvalid } from './errors.ts';

/** An absolute path of an existing folder, symlinks resolved. */
export function workspaceFolder(given: string | undefined): string {
  const folder = path.resolve(given ?? '.');
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw folderInvalid(folder, 'It does not exist');
  if (!found.isDirectory()) throw folderInvalid(folder, 'It is a file');
  return realpathSync(folder);
}
