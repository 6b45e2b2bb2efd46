import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { Count, FromChild, ToChild } from './messages.ts';

/** A file takes minutes on an idle machine; one that is not through after so long hangs without letting mocha say so. */
const fileLimitMs = 60 * 60_000;
/** After the word that something is open, until the process is ended. */
const lastWordsMs = 1000;

export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Lines about failures. */
  readonly texts: readonly string[];
  /** Its process died meanwhile, which is one of the failures. */
  readonly crashed: boolean;
}

/** The main process's side of a child process (child.ts). It runs one file at a time; a file during which it dies has failed. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<string | undefined>;
  #listen: (message: FromChild) => void = () => undefined;

  /** @param graceMs what a process may take to end by itself */
  constructor(environment: Readonly<Record<string, string>>, graceMs = 30_000) {
    this.#child = fork(path.join(import.meta.dirname, 'child.ts'), [String(graceMs)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('message', (message: FromChild) => this.#listen(message));
    this.#exit = endOf(this.#child);
  }

  /** Whether it can run another file. */
  get alive(): boolean {
    return this.#child.connected;
  }

  async run(file: string): Promise<FileResult> {
    const started = performance.now();
    const counts: Record<Count, number> = { passed: 0, failed: 0, skipped: 0 };
    const texts: string[] = [];
    const fail = (text: string) => {
      counts.failed++;
      texts.push(text);
    };
    const ended = new Promise<undefined>((resolve) => {
      this.#listen = (message) => {
        if (message.kind === 'ended') resolve(undefined);
        if (message.kind !== 'counted') return;
        counts[message.count]++;
        if (message.text !== undefined) texts.push(message.text);
      };
    });
    const limit = setTimeout(() => {
      fail(`    ✗ it did not end within ${fileLimitMs / 60_000} minutes`);
      this.#child.kill('SIGKILL');
    }, fileLimitMs);
    this.#send({ kind: 'run', file });
    const end = await Promise.race([ended, this.#exit.then((how) => how ?? 'exit code 0')]);
    clearTimeout(limit);
    if (end !== undefined) fail(`    ✗ its process crashed: ${end}`);
    const seconds = (performance.now() - started) / 1000;
    return { file, ...counts, texts, seconds, crashed: end !== undefined };
  }

  /** Waits until it has ended by itself. @returns what was wrong with its end */
  async end(): Promise<string | undefined> {
    if (!this.alive) return `the process ended too early: ${(await this.#exit) ?? 'exit code 0'}`;
    let open: string | undefined;
    this.#listen = (message) => {
      if (message.kind !== 'open') return;
      open = `the process did not end by itself; still open: ${message.resources.join(', ')}`;
      setTimeout(() => this.#child.kill('SIGKILL'), lastWordsMs);
    };
    this.#send({ kind: 'end' });
    const how = await this.#exit;
    return open ?? (how === undefined ? undefined : `the process crashed at its end: ${how}`);
  }

  #send(message: ToChild): void {
    // Without a callback, a process that has died meanwhile would be an exception here; its exit is reported anyway.
    this.#child.send(message, () => undefined);
  }
}

/** Resolves when the process has ended and everything that it said was heard. @returns how, when that was no success */
async function endOf(child: ChildProcess): Promise<string | undefined> {
  const heard = new Promise<void>((resolve) => child.once('disconnect', () => resolve()));
  const how = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? (code === 0 ? undefined : `exit code ${code}`)));
  });
  if (child.connected) await heard;
  return how;
}
