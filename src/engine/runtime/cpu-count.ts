import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cgroupFiles } from './cgroup.ts';

/**
 * Threads for one graph session when the user names no number: physical cores less one, at least one.
 * One core stays free because a graph session with as many threads as cores stalls as soon as another process wants one.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(physicalCores(), cpuLimit()) - 1);
}

/** Cores this process may use at once: affinity and, on Linux, the container's quota. */
export function cpuLimit(): number {
  const quota = process.platform === 'linux' ? cgroupCpuQuota() : undefined;
  return Math.max(1, Math.min(os.availableParallelism(), quota ?? Number.POSITIVE_INFINITY));
}

let cores: number | undefined;

/** Physical cores of the machine; best effort, since a second hardware thread of a core adds nothing to matrix products. */
export function physicalCores(): number {
  cores ??= countCores() ?? os.availableParallelism();
  return cores;
}

function countCores(): number | undefined {
  const logical = os.cpus().length;
  switch (process.platform) {
    case 'linux':
      return readText('/proc/cpuinfo', parseCpuInfo);
    case 'darwin':
      return askSysctl();
    case 'win32':
      // On Windows only slow tools know; x64 desktops nearly always run two threads per core, ARM never does.
      return process.arch === 'x64' && logical >= 4 ? Math.floor(logical / 2) : logical;
    default:
      return undefined;
  }
}

/** Distinct (socket, core) pairs of `/proc/cpuinfo`; undefined where the kernel does not list them (most ARM). */
export function parseCpuInfo(content: string): number | undefined {
  const seen = new Set<string>();
  for (const block of content.split(/\n\s*\n/)) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) seen.add(`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? 0}:${core}`);
  }
  return seen.size === 0 ? undefined : seen.size;
}

/** Whole CPUs granted by the narrowest cgroup above this process (v2 `cpu.max`, v1 `cpu.cfs_*`), rounded down, at least one. */
export function cgroupCpuQuota(root = '/'): number | undefined {
  let least: number | undefined;
  const narrow = (quota: number, period: number) => {
    if (quota > 0 && period > 0)
      least = Math.min(least ?? Number.POSITIVE_INFINITY, Math.max(1, Math.floor(quota / period)));
  };
  for (const directory of cgroupFiles(root, 'cpu')) {
    readText(path.join(directory, 'cpu.max'), (content) => {
      const [quota, period] = content.trim().split(/\s+/);
      if (quota !== 'max') narrow(Number(quota), Number(period));
    });
    readText(path.join(directory, 'cpu.cfs_quota_us'), (quota) => {
      readText(path.join(directory, 'cpu.cfs_period_us'), (period) => narrow(Number(quota), Number(period)));
    });
  }
  return least;
}

/** Performance cores where there are two kinds (Apple silicon), else all. */
function askSysctl(): number | undefined {
  for (const name of ['hw.perflevel0.physicalcpu', 'hw.physicalcpu']) {
    try {
      const count = Number.parseInt(execFileSync('sysctl', ['-n', name], { encoding: 'utf8', timeout: 2000 }), 10);
      if (count > 0) return count;
    } catch {
      // An unknown name is an error of sysctl; the next name is tried.
    }
  }
  return undefined;
}

function readText<T>(file: string, use: (content: string) => T): T | undefined {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    // Not every kernel has every file; an absent one sets no limit.
    return undefined;
  }
  return use(content);
}
