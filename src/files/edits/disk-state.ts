import { createHash } from 'node:crypto';
import { type BigIntStats, constants, lstatSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf } from '../../shared/system-code.ts';

/** What lies at a path at one moment. */
export type DiskState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly stat: BigIntStats; readonly sha256: string }
  | { readonly kind: 'other' };

const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Reads the whole file to hash it. Never follows a link at the path itself, never waits for a pipe. */
export async function diskState(path: string): Promise<DiskState> {
  for (let attempt = 0; ; attempt++) {
    const before = statIfThere(path);
    if (before === undefined) return { kind: 'absent' };
    if (!before.isFile()) return { kind: 'other' };
    try {
      const file = await open(path, flags);
      try {
        const hash = createHash('sha256');
        for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk);
        const stat = await file.stat({ bigint: true });
        // Written to while it was being read: the hash may be that of no state at all. A file that never rests is a conflict.
        if (sameFile(stat, before) || attempt > 8) return { kind: 'file', stat, sha256: hash.digest('hex') };
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

export function statIfThere(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** Whether it is the same file, and nobody wrote to it or changed its attributes in between. */
export function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  return sameNode(a, b) && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

export function sameNode(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}
