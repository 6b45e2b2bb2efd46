import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../shared/system-code.ts';
import { pathInside } from './path-inside.ts';

/**
 * Files beside a file that is being written: `new` is what it will be, `old` what it was. A leading dot and an ending that
 * no compiler or test runner knows keep watchers quiet. The name is short, however long
 * the file's own name is, and shows whose it is, so that leftovers of a crash can be found.
 */
export function temporaryBeside(file: string, role: 'new' | 'old'): string {
  return join(dirname(file), `${prefixOf(file)}${randomBytes(6).toString('hex')}.${role}~`);
}

function prefixOf(file: string): string {
  return `.retune-${createHash('sha256').update(basename(file)).digest('hex').slice(0, 12)}-`;
}

/**
 * Removes what a crash left beside these files. Only for the holder of the folder's lock: a write of another
 * process would lose its temporary files.
 * @param paths relative to the folder; those that are refused (see `pathInside`) are left alone
 * @returns the absolute paths removed
 */
export async function cleanTemporaries(folder: string, paths: readonly string[]): Promise<string[]> {
  const prefixes = new Map<string, Set<string>>();
  for (const path of paths) {
    const inside = await pathInside(folder, path);
    if (inside.kind === 'refused') continue;
    const directory = dirname(inside.real);
    prefixes.set(directory, (prefixes.get(directory) ?? new Set()).add(prefixOf(inside.real)));
  }
  const removed: string[] = [];
  for (const [directory, ours] of prefixes) {
    for (const name of await namesIn(directory)) {
      const match = /^(\.retune-[0-9a-f]{12}-)[0-9a-f]{12}\.(?:new|old)~$/.exec(name);
      if (!match || !ours.has(match[1]!)) continue;
      await rm(join(directory, name), { force: true });
      removed.push(join(directory, name));
    }
  }
  return removed;
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
