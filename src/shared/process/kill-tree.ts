import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../system-code.ts';
import { carriesMark, livingMembers, type TreeIdentity } from './process-table.ts';

const pollMs = 20;
/** How long processes may take to end after SIGKILL, in ms; only one that waits for a broken disk takes longer. */
const killPatienceMs = 1000;

/**
 * Ends every process of a tree: SIGTERM first, SIGKILL after the grace period. Returns at once when no process is left.
 * Windows has no gentle way to end processes without windows, so there is no grace period.
 */
export async function endTree(tree: TreeIdentity, graceMs: number): Promise<void> {
  if (process.platform === 'win32') return taskkill(tree.pid);
  let living = await livingMembers(tree);
  if (living.length === 0) return;
  send(tree, living, 'SIGTERM');
  living = await waitForEnd(tree, graceMs);
  const deadline = performance.now() + killPatienceMs;
  while (living.length > 0 && performance.now() < deadline) {
    send(tree, living, 'SIGKILL');
    // A process may have forked just before it died, so the search is repeated until it finds nothing.
    living = await waitForEnd(tree, 5 * pollMs);
  }
}

/** The same at once and without waiting, for a process that is itself about to end. */
export function killTreeNow(tree: TreeIdentity): void {
  if (process.platform === 'win32') {
    spawnSync(taskkillPath(), ['/T', '/F', '/PID', String(tree.pid)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  signalProcess(-tree.pid, 'SIGKILL');
  if (process.platform === 'linux') for (const pid of markedNow(tree.mark)) signalProcess(pid, 'SIGKILL');
}

async function waitForEnd(tree: TreeIdentity, milliseconds: number): Promise<number[]> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const living = await livingMembers(tree);
    if (living.length === 0 || performance.now() >= deadline) return living;
    await delay(pollMs);
  }
}

function send(tree: TreeIdentity, living: readonly number[], signal: 'SIGTERM' | 'SIGKILL'): void {
  // The group as a whole first: it cannot escape by forking between two signals.
  signalProcess(-tree.pid, signal);
  for (const pid of living) signalProcess(pid, signal);
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it has ended by itself. EPERM: it became another user's (sudo) and is beyond our reach.
    const code = codeOf(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function markedNow(mark: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => pid !== process.pid && carriesMark(pid, mark));
}

function taskkill(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(taskkillPath(), ['/T', '/F', '/PID', String(pid)], { stdio: 'ignore', windowsHide: true });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

/** By its full path: a `taskkill` in the workspace must not be run instead. */
function taskkillPath(): string {
  return join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
}
