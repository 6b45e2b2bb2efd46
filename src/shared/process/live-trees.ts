import { type ChildProcess, spawn } from 'node:child_process';
import { killTreeNow } from './kill-tree.ts';
import type { TreeIdentity } from './process-table.ts';

const live = new Set<TreeIdentity>();

/** Makes sure that a tree ends with this process, however this process ends. */
export class TreeHold {
  readonly #guard: ChildProcess | undefined;
  #tree: TreeIdentity | undefined;

  /** To be constructed before the tree is started, so that there is no moment in which this process could end without it. */
  constructor(mark: string) {
    this.#guard = process.platform === 'win32' ? undefined : startGuard(mark);
  }

  take(tree: TreeIdentity): void {
    this.#guard?.stdin?.write(`${tree.pid}\n`);
    if (live.size === 0) process.on('exit', killLiveTrees);
    live.add(tree);
    this.#tree = tree;
  }

  /** To be called when the tree has ended, or was never started. */
  release(): void {
    this.#guard?.stdin?.end(this.#tree === undefined ? 'none\ndone\n' : 'done\n');
    if (this.#tree === undefined) return;
    live.delete(this.#tree);
    if (live.size === 0) process.off('exit', killLiveTrees);
  }
}

/** Synchronous, for handlers of signals that end this process without an `exit` event. */
export function killLiveTrees(): void {
  for (const tree of live) killTreeNow(tree);
}

/** Kills the group, and on Linux whatever carries the mark in its environment. */
const guardScript = [
  'read -r pid && read -r word && exit',
  'if [ -n "$pid" ]; then kill -s KILL -- "-$pid"; fi',
  'for found in $(grep -ls "$0" /proc/[0-9]*/environ | cut -d/ -f3); do kill -s KILL "$found"; done',
].join('\n');

/**
 * A shell that is given the process id and then waits for a line from us. It kills the tree when our end of the pipe closes
 * without that word, as it does when this process gets SIGKILL and can do nothing itself. It has a process group of its own,
 * so that Ctrl-C does not reach it.
 */
function startGuard(mark: string): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', guardScript, mark], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Without a guard, the tree still ends with this process in every other case.
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return guard;
}
