import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cgroupFiles } from './cgroup.ts';

/** Bytes that a new allocation can get without swapping: what the system can free at once, within the container's limit. */
export function availableMemory(): number {
  switch (process.platform) {
    case 'linux':
      return linuxAvailableMemory() ?? os.freemem();
    case 'darwin':
      return Math.max(os.freemem(), macAvailableMemory() ?? 0);
    default:
      return os.freemem();
  }
}

/** Bytes of physical memory, or the container's limit when that is smaller. */
export function totalMemory(): number {
  const limits = process.platform === 'linux' ? cgroupLimits('/').map(({ limit }) => limit) : [];
  return Math.min(os.totalmem(), ...limits);
}

/** `MemAvailable`, lowered to what the narrowest cgroup leaves. @param root not `/` only in tests */
export function linuxAvailableMemory(root = '/'): number | undefined {
  const meminfo = read(path.join(root, 'proc/meminfo'));
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo ?? '')?.[1];
  const system = kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  const left = cgroupLimits(root).map(({ limit, used }) => Math.max(0, limit - used));
  if (system === undefined && left.length === 0) return undefined;
  return Math.min(system ?? Number.POSITIVE_INFINITY, ...left);
}

/** Limits of v2 (`memory.max`) and v1 (`memory.limit_in_bytes`); file pages that the kernel would drop do not count as used. */
function cgroupLimits(root: string): { readonly limit: number; readonly used: number }[] {
  const names = [
    { limit: 'memory.max', used: 'memory.current', inactive: 'inactive_file' },
    { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', inactive: 'total_inactive_file' },
  ];
  return cgroupFiles(root, 'memory').flatMap((directory) =>
    names.flatMap((name) => {
      const limit = Number(read(path.join(directory, name.limit)) ?? Number.NaN);
      const used = Number(read(path.join(directory, name.used)) ?? Number.NaN);
      // "max" is no number, and v1 writes a number near 2^63 for "no limit".
      if (!Number.isFinite(limit) || limit > 2 ** 60 || !Number.isFinite(used)) return [];
      const inactive = new RegExp(`^${name.inactive} (\\d+)`, 'm').exec(
        read(path.join(directory, 'memory.stat')) ?? '',
      );
      return [{ limit, used: Math.max(0, used - Number(inactive?.[1] ?? 0)) }];
    }),
  );
}

/** macOS keeps nearly all memory in use; pages it would hand out at once are free, inactive, speculative or purgeable. */
function macAvailableMemory(): number | undefined {
  try {
    return parseVmStat(execFileSync('vm_stat', { encoding: 'utf8', timeout: 2000 }));
  } catch {
    // Without vm_stat the caller has the plain free memory.
    return undefined;
  }
}

export function parseVmStat(output: string): number | undefined {
  const pageSize = Number(/page size of (\d+) bytes/.exec(output)?.[1] ?? Number.NaN);
  const pages = ['free', 'inactive', 'speculative', 'purgeable'].map((kind) => {
    const label = kind === 'purgeable' ? 'Pages purgeable' : `Pages ${kind}`;
    return Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
  });
  const total = pages.reduce((sum, count) => sum + count, 0) * pageSize;
  return Number.isFinite(total) ? total : undefined;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    // Not every kernel has every file; an absent one sets no limit.
    return undefined;
  }
}
