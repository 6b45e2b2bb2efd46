import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { folderInvalid, requestMissing } from '../errors.ts';

/** An absolute path of an existing folder, symlinks resolved. */
export function workspaceFolder(given: string | undefined): string {
  const folder = path.resolve(given ?? '.');
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) throw folderInvalid(folder, 'It does not exist');
  if (!found.isDirectory()) throw folderInvalid(folder, 'It is a file');
  return realpathSync(folder);
}

/**
 * `[FOLDER] "what is wrong"`: a single argument is the request, unless it names a folder.
 * @param optional a resumed session has its request already
 */
export function folderAndRequest(
  args: readonly string[],
  optional: boolean,
): { readonly folder: string; readonly request: string } {
  const [first, second] = args;
  if (second !== undefined) return { folder: workspaceFolder(first), request: nonEmpty(second) };
  const isFolder = first !== undefined && statSync(first, { throwIfNoEntry: false })?.isDirectory() === true;
  if (first !== undefined && !isFolder) return { folder: workspaceFolder('.'), request: nonEmpty(first) };
  if (!optional) throw requestMissing(first);
  return { folder: workspaceFolder(first), request: '' };
}

function nonEmpty(request: string): string {
  if (request.trim() === '') throw requestMissing(undefined);
  return request;
}
