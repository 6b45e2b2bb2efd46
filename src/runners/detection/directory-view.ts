import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DirectoryView } from '../runner.ts';

const maximumFileBytes = 1 << 20;

/**
 * A directory for detection. A directory that cannot be read counts as empty.
 * @param above its parents up to the workspace folder, nearest first
 */
async function directoryView(path: string, above: readonly DirectoryView[]): Promise<DirectoryView> {
  const names = new Set(await readdir(path).catch(() => []));
  const cache = new Map<string, Promise<string | undefined>>();
  return {
    path,
    names,
    above,
    read(name) {
      // A name may be a path (`.config/nextest.toml`); a first part that is not in `names` does not exist.
      const [first = ''] = name.split('/');
      if (!names.has(first)) return Promise.resolve(undefined);
      const known = cache.get(name) ?? readSmall(join(path, name));
      cache.set(name, known);
      return known;
    },
  };
}

/** Views from a directory up to the folder, nearest first; both absolute with symlinks resolved. */
export async function viewsUpTo(directory: string, folder: string): Promise<readonly DirectoryView[]> {
  const paths = [directory];
  while (paths[0] !== folder && paths[0] !== dirname(paths[0]!)) paths.unshift(dirname(paths[0]!));
  const views: DirectoryView[] = [];
  for (const path of paths) views.unshift(await directoryView(path, [...views]));
  return views;
}

async function readSmall(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size > maximumFileBytes) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}
