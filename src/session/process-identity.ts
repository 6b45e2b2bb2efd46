import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning } from '../shared/process/is-running.ts';

/** Enough to tell later whether the same process still runs. Plain JSON. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The machine and, on Linux, its boot and its process namespace: the scope within which `pid` is unique. */
  readonly host: string;
  /** When the process started, in the system's own format; '' where the system does not say. */
  readonly startTime: string;
}

/** `unknown`: it runs elsewhere, or its number may belong to another process by now; only a heartbeat can tell. */
export type Liveness = 'alive' | 'gone' | 'unknown';

export async function ownIdentity(): Promise<ProcessIdentity> {
  const { pid } = process;
  return { pid, host: await hostIdentity(), startTime: await startTimeOf(pid) };
}

export async function liveness(identity: ProcessIdentity): Promise<Liveness> {
  if (identity.host !== (await hostIdentity())) return 'unknown';
  if (!isRunning(identity.pid)) return 'gone';
  const startTime = await startTimeOf(identity.pid);
  if (startTime === 'ended') return 'gone';
  if (startTime === '' || identity.startTime === '') return 'unknown';
  return startTime === identity.startTime ? 'alive' : 'gone';
}

/** Containers may share a host name and a home folder, but not process numbers. */
async function hostIdentity(): Promise<string> {
  const parts = [hostname()];
  if (process.platform === 'linux') {
    parts.push(await orEmpty(readFile('/proc/sys/kernel/random/boot_id', 'utf8')));
    parts.push(await orEmpty(readlink('/proc/self/ns/pid')));
  }
  return parts
    .map((part) => part.trim())
    .join(' ')
    .trim();
}

/** @returns '' where the system does not say, 'ended' for a process that is only waiting to be reaped */
async function startTimeOf(pid: number): Promise<string> {
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') return startTimeByPs(pid);
  const stat = await orEmpty(readFile(`/proc/${pid}/stat`, 'utf8'));
  // The second field is the program's name in parentheses, which may hold anything, parentheses included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
  return fields[19] ?? '';
}

function startTimeByPs(pid: number): Promise<string> {
  return new Promise((resolve) => {
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
    execFile('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env, timeout: 2000 }, (error, stdout) => {
      const [state = '', ...words] = stdout.trim().split(/\s+/);
      resolve(error !== null ? '' : state.startsWith('Z') ? 'ended' : words.join(' '));
    });
  });
}

async function orEmpty(text: Promise<string>): Promise<string> {
  try {
    return await text;
  } catch {
    return '';
  }
}
