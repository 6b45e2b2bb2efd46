import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { codeOf } from '../../shared/system-code.ts';
import { isGitFolder, type PathProblem, pathSegments } from './path-rules.ts';

export type InsidePath =
  | {
      readonly kind: 'inside';
      /** Relative to the folder, with `/`, as asked for but without `.` and doubled slashes. */
      readonly path: string;
      /** The folder joined with `path`. */
      readonly absolute: string;
      /** The file itself, with all symbolic links resolved: what is read and written. It need not exist. */
      readonly real: string;
    }
  | { readonly kind: 'refused'; readonly problem: PathProblem };

/**
 * The one question of path safety: does this relative path name a file in the folder that Retune may touch?
 * Refuses absolute paths, `..`, `.git`, links out of the folder, and names that mean something else on Windows.
 * @param folder absolute; it exists
 */
export async function pathInside(folder: string, path: string): Promise<InsidePath> {
  const segments = pathSegments(path);
  if (typeof segments === 'string') return { kind: 'refused', problem: segments };
  const absolute = join(folder, ...segments);
  const real = await realPath(absolute);
  if (typeof real !== 'object') return { kind: 'refused', problem: real };
  const inside = segmentsInside(await realpath(folder), real.path);
  if (inside === undefined) return { kind: 'refused', problem: 'link-out' };
  if (inside.some(isGitFolder)) return { kind: 'refused', problem: 'git' };
  return { kind: 'inside', path: segments.join('/'), absolute, real: real.path };
}

/** @returns the segments from the folder to the path, both absolute and real; undefined when it is not below the folder */
export function segmentsInside(folder: string, path: string): string[] | undefined {
  const between = relative(folder, path);
  // On another Windows drive `relative` gives an absolute path.
  if (between === '' || between === '..' || between.startsWith(`..${sep}`) || join(folder, between) !== join(path)) {
    return undefined;
  }
  return between.split(sep);
}

/** With links resolved as far as the path exists; what does not exist yet is appended as it is. */
async function realPath(absolute: string): Promise<{ readonly path: string } | PathProblem> {
  const missing: string[] = [];
  for (let current = absolute; ; current = dirname(current)) {
    try {
      return { path: join(await realpath(current), ...missing) };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOTDIR') return 'not-a-folder';
      if (code === 'ELOOP') return 'dangling-link';
      if (code === 'ENAMETOOLONG') return 'too-long';
      if (code !== 'ENOENT' || dirname(current) === current) throw error;
      if (await isLink(current)) return 'dangling-link';
      missing.unshift(current.slice(dirname(current).length).replace(/^[\\/]/, ''));
    }
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
