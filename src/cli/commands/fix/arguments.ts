import { statSync } from 'node:fs';
import { requestMissing } from '../../errors.ts';
import { workspaceFolder } from '../../workspace-folder.ts';

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
