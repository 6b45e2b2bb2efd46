import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/** What identifies the processes of a tree that we started. */
export interface TreeIdentity {
  /** The first process; on POSIX it leads a group of its own. */
  readonly pid: number;
  /** Part of a variable (`NAME=value`) that every descendant inherits unless its parent removes it. */
  readonly mark: string;
  /** When the first process started, in the unit of {@link ProcessEntry.started}; 0 when unknown. */
  readonly started: number;
}

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Ended, and only waiting to be reaped by its parent. */
  readonly zombie: boolean;
  /** Clock ticks since boot (Linux), else 0. */
  readonly started: number;
}

/**
 * The living processes of a tree: its group, and those that left the group. On Linux the latter are recognised by the mark in
 * their variables, elsewhere by their parents as long as these live.
 * @returns nothing on Windows, where `taskkill` finds them itself
 */
export async function livingMembers(tree: TreeIdentity): Promise<number[]> {
  if (process.platform === 'win32') return [];
  if (process.platform === 'linux') return linuxMembers(tree);
  const entries = parsePs(await ps()).filter((entry) => !entry.zombie && entry.pid !== process.pid);
  const children = descendants(tree.pid, entries);
  return entries.filter((entry) => entry.group === tree.pid || children.has(entry.pid)).map(({ pid }) => pid);
}

/** Reading a file of `/proc` takes microseconds and awaiting it many times that, so they are read synchronously, in batches. */
const batchSize = 200;

async function linuxMembers(tree: TreeIdentity): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: number[] = [];
  for (let first = 0; first < names.length; first += batchSize) {
    if (first > 0) await setImmediate();
    for (const name of names.slice(first, first + batchSize)) if (isMember(tree, name)) found.push(Number(name));
  }
  return found;
}

function isMember(tree: TreeIdentity, name: string): boolean {
  const entry = parseStat(contents(`/proc/${name}/stat`));
  if (entry === undefined || entry.zombie || entry.pid === process.pid) return false;
  return entry.group === tree.pid || (entry.started >= tree.started && carriesMark(entry.pid, tree.mark));
}

/** Whether a process inherited the mark; false for one of another user, whose variables cannot be read. */
export function carriesMark(pid: number, mark: string): boolean {
  return contents(`/proc/${pid}/environ`, 'latin1').includes(mark);
}

/** proc_pid_stat(5): the name in parentheses may itself hold blanks and parentheses. */
export function parseStat(stat: string): ProcessEntry | undefined {
  const close = stat.lastIndexOf(')');
  if (close < 0) return undefined;
  const pid = Number.parseInt(stat, 10);
  const [state, parent, group, ...rest] = stat.slice(close + 2).split(' ');
  const zombie = state === 'Z' || state === 'X';
  return { pid, parent: Number(parent), group: Number(group), zombie, started: Number(rest[16] ?? 0) };
}

/** Lines of `pid ppid pgid stat`. */
export function parsePs(text: string): ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), zombie: state.startsWith('Z'), started: 0 },
    ];
  });
}

/**
 * In clock ticks since boot; 0 where that is not known. Synchronous, so that there is no moment in which nothing holds the
 * process.
 */
export function startOf(pid: number): number {
  return process.platform === 'linux' ? (parseStat(contents(`/proc/${pid}/stat`))?.started ?? 0) : 0;
}

function ps(): Promise<string> {
  return new Promise((resolve) => {
    const limits = { timeout: 2000, maxBuffer: 16 << 20, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
    execFile('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], limits, (_error, stdout) => resolve(stdout));
  });
}

function descendants(pid: number, entries: readonly ProcessEntry[]): ReadonlySet<number> {
  const found = new Set([pid]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const entry of entries) if (found.has(entry.parent)) found.add(entry.pid);
  }
  return found;
}

/** '' when the process has ended, or belongs to someone else. */
function contents(path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  try {
    return readFileSync(path, encoding);
  } catch {
    return '';
  }
}
