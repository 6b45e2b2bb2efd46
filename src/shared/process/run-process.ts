import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import spawn from 'cross-spawn';
import { cancelled, throwIfCancelled } from '../errors/cancelled.ts';
import { codeOf } from '../system-code.ts';
import { HeadAndTail } from './head-and-tail.ts';
import { endTree } from './kill-tree.ts';
import { TreeHold } from './live-trees.ts';
import { OutputLog } from './output-log.ts';
import { startOf } from './process-table.ts';

export interface ProcessRequest {
  /** Executable and arguments; with `shell`, a single command line. */
  readonly argv: readonly string[];
  readonly shell?: boolean;
  readonly cwd: string;
  /** All variables; see `toolVariables`. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Time between SIGTERM and SIGKILL. Default: 500. */
  readonly graceMs?: number;
  /** Maximum number of characters of each stream kept in memory. */
  readonly keep: { readonly stdout: number; readonly stderr: number };
  /** File for both streams as they come, up to a number of bytes. */
  readonly log?: { readonly path: string; readonly bytes: number };
  /** Subject of the message when it is cancelled, for example `The test run`. */
  readonly what?: string;
}

/** How a process ended, and what it printed (capped, with both ends kept). */
export interface ProcessEnd {
  readonly kind: 'exited' | 'signalled' | 'timed-out' | 'not-started';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly error?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Number of characters left out of both. */
  readonly omitted: number;
  readonly milliseconds: number;
}

type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly error?: Error };

/** Variable inherited by everything that a tree starts; a tree inside a tree carries the marks of both. */
const markVariable = 'RETUNE_PROCESS_TREE';
const defaultGraceMs = 500;
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs a program to its end, without a terminal and without input, and leaves nothing of it behind: when this resolves or
 * rejects, all its descendants have ended, including those that ignore SIGTERM or left its process group.
 * @throws RetuneError `cancelled` when the signal fires
 */
export async function runProcess(request: ProcessRequest, signal?: AbortSignal): Promise<ProcessEnd> {
  throwIfCancelled(signal, request.what);
  const started = performance.now();
  const stdout = new HeadAndTail(request.keep.stdout);
  const stderr = new HeadAndTail(request.keep.stderr);
  const finished = (exit: Exit, kind: ProcessEnd['kind']): ProcessEnd => ({
    kind,
    code: exit.code,
    signal: exit.signal,
    ...(exit.error && { error: exit.error.message }),
    stdout: stdout.text(),
    stderr: stderr.text(),
    omitted: stdout.omitted + stderr.omitted,
    milliseconds: performance.now() - started,
  });

  const mark = randomBytes(12).toString('hex');
  const hold = new TreeHold(mark);
  const child = start(request, mark);
  if (child instanceof Error || child.pid === undefined) {
    hold.release();
    const error = child instanceof Error ? child : (await exitOf(child)).error;
    return finished({ code: null, signal: null, error: await explain(error, request) }, 'not-started');
  }
  const tree = { pid: child.pid, mark, started: startOf(child.pid) };
  hold.take(tree);
  const exit = exitOf(child);
  const log = request.log && new OutputLog(request.log.path, request.log.bytes);
  const activity = { at: performance.now() };
  const closed = Promise.all([
    collect(child.stdout, stdout, log, activity),
    collect(child.stderr, stderr, log, activity),
  ]);
  try {
    const cause = await firstOf(exit, request.timeoutMs, signal);
    await endTree(tree, request.graceMs ?? defaultGraceMs);
    const end = await Promise.race([exit, unending()]);
    await drained(closed, activity);
    if (cause === 'aborted') throw cancelled(request.what);
    if (cause === 'timeout') return finished(end, 'timed-out');
    return finished(end, end.signal === null ? 'exited' : 'signalled');
  } finally {
    child.stdout?.destroy();
    child.stderr?.destroy();
    hold.release();
    await log?.close();
  }
}

function start(request: ProcessRequest, mark: string): ChildProcess | Error {
  const [file, ...args] = request.argv;
  if (file === undefined) return new Error('the command is empty');
  const marks = request.env[markVariable] === undefined ? mark : `${request.env[markVariable]},${mark}`;
  try {
    const child = spawn(file, args, {
      cwd: request.cwd,
      env: { ...request.env, [markVariable]: marks },
      shell: request.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which can be killed as a whole. On Windows it would open a console window.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    return child;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => resolve({ code: null, signal: null, error }));
  });
}

/** The system also reports ENOENT for the program when it is the folder that does not exist. */
async function explain(error: Error | undefined, { argv, cwd }: ProcessRequest): Promise<Error> {
  const folder = await stat(cwd).catch(() => undefined);
  if (!folder?.isDirectory()) return new Error(`the folder ${cwd} does not exist`);
  const code = codeOf(error);
  if (code === 'ENOENT') return new Error(`${argv[0]} was not found`);
  if (code === 'EACCES') return new Error(`${argv[0]} may not be executed`);
  return error ?? new Error('unknown');
}

/** Gives up on a process that even SIGKILL does not end, because it waits for a device. */
function unending(): Promise<Exit> {
  return delay(2000, { code: null, signal: 'SIGKILL' as const }, { ref: false });
}

async function firstOf(
  exit: Promise<Exit>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<'exit' | 'timeout' | 'aborted'> {
  const over = new AbortController();
  const timeout = delay(Math.min(timeoutMs, longestTimerMs), 'timeout' as const, { signal: over.signal });
  timeout.catch(() => undefined);
  const aborted = new Promise<'aborted'>((resolve) => {
    const stop = (): void => resolve('aborted');
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { signal: over.signal });
  });
  try {
    return await Promise.race([exit.then(() => 'exit' as const), timeout, aborted]);
  } finally {
    over.abort();
  }
}

function collect(
  stream: Readable | null,
  into: HeadAndTail,
  log: OutputLog | undefined,
  activity: { at: number },
): Promise<void> {
  if (stream === null) return Promise.resolve();
  const decoder = new TextDecoder();
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      activity.at = performance.now();
      log?.write(chunk);
      into.push(decoder.decode(chunk, { stream: true }));
    });
    stream.on('error', () => resolve());
    stream.on('close', () => {
      into.push(decoder.decode());
      resolve();
    });
  });
}

/** Output is complete after this silence, or after this time in any case, in ms. */
const quietMs = 300;
const longestDrainMs = 5000;

/** A process beyond our reach may hold the pipe open forever; what it has not written by then is not waited for. */
async function drained(closed: Promise<unknown>, activity: { readonly at: number }): Promise<void> {
  const from = performance.now();
  let open = true;
  const done = closed.then(() => {
    open = false;
  });
  while (open) {
    const now = performance.now();
    const quiet = now - Math.max(activity.at, from);
    if (quiet >= quietMs || now - from >= longestDrainMs) return;
    await Promise.race([done, delay(quietMs - quiet, undefined, { ref: false })]);
  }
}
