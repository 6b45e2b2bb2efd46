import { chmod, cp, link, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../shared/system-code.ts';

/** Errors of file systems that have no hard links, and of files that may not have another. */
const noLinks = new Set(['EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * Puts everything in `from`, except the named files, into `to` as well, where it may be already. Files become hard links:
 * they keep their owner and their times, take no space, and what a program that has one open writes is not lost.
 */
export async function carryFiles(from: string, to: string, except: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (except.has(entry.name)) continue;
    const source = join(from, entry.name);
    const destination = join(to, entry.name);
    if (entry.isDirectory()) {
      await mkdir(destination, { recursive: true });
      await carryFiles(source, destination, new Set());
      await chmod(destination, (await stat(source)).mode);
    } else {
      await again(source, destination, entry.isSymbolicLink()).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
  }
}

async function again(source: string, destination: string, isLink: boolean): Promise<void> {
  // Some systems would link to what the symbolic link names.
  if (isLink) return symlink(await readlink(source), destination);
  try {
    await link(source, destination);
  } catch (error) {
    if (!noLinks.has(codeOf(error) ?? '')) throw error;
    await cp(source, destination, { preserveTimestamps: true });
  }
}
