import { posix } from 'node:path';
import type { Lookup } from '../lookup.ts';
import type { ImportSite } from './import-site.ts';
import type { LocalImport } from './local-import.ts';

/** The directory of a path with `/`; '' is the workspace folder. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** `join('a/b', '../c')` = `a/c`; undefined when it leads out of the workspace folder. */
export function join(folder: string, ...parts: readonly string[]): string | undefined {
  const path = posix.join(folder === '' ? '.' : folder, ...parts);
  if (path === '..' || path.startsWith('../') || path.startsWith('/')) return undefined;
  return path === '.' ? '' : path.replace(/\/$/, '');
}

/** A folder and those above it, nearest first, down to '' (the workspace folder). */
export function upwards(folder: string): string[] {
  const folders = [folder];
  while (folder !== '') {
    folder = folderOf(folder);
    folders.push(folder);
  }
  return folders;
}

export async function firstFile(
  candidates: readonly (string | undefined)[],
  lookup: Lookup,
): Promise<string | undefined> {
  for (const candidate of candidates) {
    if (candidate !== undefined && candidate !== '' && (await lookup.isFile(candidate))) return candidate;
  }
  return undefined;
}

/** A path relative to the importing file, with one of the endings. */
export async function resolveRelative(
  { specifier, names, reexports }: ImportSite,
  from: string,
  lookup: Lookup,
  endings: readonly string[],
): Promise<LocalImport[]> {
  const path = await firstFile(
    endings.map((ending) => join(folderOf(from), specifier + ending)),
    lookup,
  );
  return path === undefined ? [] : [{ path, names, reexports }];
}
