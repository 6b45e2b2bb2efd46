import { type ChildProcess, fork } from 'node:child_process';
import { cancelled } from '../../../shared/errors/cancelled.ts';
import type { RunOutcome } from './run-trusted.ts';
import type { JudgeRequest } from './run-untrusted.ts';

/** The file of the process beside this one, in the source tree or in a bundle. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './judge-process.ts' : './judge-process.mjs', import.meta.url);

/** A process that does not answer within this time, in ms, hangs where the realm's own limit does not apply, and is ended. */
const grace = 2000;

/**
 * Processes that run attempts one after another, each in a realm of its own. They start on demand, survive failing attempts,
 * are replaced when they hang or run out of memory, and do not keep this process alive. Threads are not enough: an array that
 * grows fast enough brings the whole process down, whatever the limits of the thread.
 */
export class JudgePool {
  readonly #size: number;
  readonly #idle: ChildProcess[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  /** @param size maximum number of processes at a time */
  constructor(size = 2) {
    this.#size = size;
  }

  /** @throws RetuneError `cancelled` when the signal fires; the attempt's process is gone by then. */
  async run(request: JudgeRequest, signal: AbortSignal): Promise<RunOutcome> {
    await this.#turn(signal);
    const judge = this.#idle.pop() ?? this.#start();
    let answer: Answer = { kind: 'cancelled' };
    try {
      answer = await answerOf(judge, request, signal);
    } finally {
      if (answer.kind === 'answered' && !this.#closed) this.#idle.push(judge);
      else await end(judge);
      this.#running--;
      this.#waiting.shift()?.();
    }
    switch (answer.kind) {
      case 'answered':
        return answer.outcome;
      case 'hung':
        return { kind: 'timeout' };
      case 'died':
        return { kind: 'runtime', message: 'The code used up the memory.' };
      case 'cancelled':
        throw cancelled('Judging an attempt');
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map(end));
  }

  #start(): ChildProcess {
    const judge = fork(entry, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=96', '--max-semi-space-size=8'],
      // Windows needs this variable to start anything.
      env: { ...(process.env.SystemRoot !== undefined && { SystemRoot: process.env.SystemRoot }) },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    hold(judge, false);
    // A process that ends while it is idle, for whatever reason, is not used again.
    judge.once('exit', () => {
      const at = this.#idle.indexOf(judge);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    // Without a listener a failing channel would be an unhandled error; waiting requests have listeners of their own.
    judge.on('error', ignored);
    return judge;
  }

  /** Resolves when a process may run; an aborted signal gives the place back. */
  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#running >= this.#size) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (signal.aborted) {
      this.#waiting.shift()?.();
      throw cancelled('Judging an attempt');
    }
    this.#running++;
  }
}

type Answer =
  | { readonly kind: 'answered'; readonly outcome: RunOutcome }
  | { readonly kind: 'hung' | 'died' | 'cancelled' };

async function answerOf(judge: ChildProcess, request: JudgeRequest, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return { kind: 'cancelled' };
  // Without a reference to the process, this one could end in the middle of a verdict.
  hold(judge, true);
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const answered = (outcome: unknown): void => resolve({ kind: 'answered', outcome: outcome as RunOutcome });
  const died = (): void => resolve({ kind: 'died' });
  const stop = (): void => resolve({ kind: 'cancelled' });
  const timer = setTimeout(() => resolve({ kind: 'hung' }), request.milliseconds + grace);
  judge.on('message', answered).on('error', died).on('exit', died);
  signal.addEventListener('abort', stop);
  try {
    judge.send(request);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    judge.off('message', answered).off('error', died).off('exit', died);
    hold(judge, false);
  }
}

/** Sets whether this process stays alive for the judge. */
function hold(judge: ChildProcess, held: boolean): void {
  if (held) {
    judge.ref();
    judge.channel?.ref();
  } else {
    judge.unref();
    judge.channel?.unref();
  }
}

async function end(judge: ChildProcess): Promise<void> {
  if (judge.exitCode !== null || judge.signalCode !== null || judge.pid === undefined) return;
  const gone = new Promise((resolve) => judge.once('exit', resolve));
  judge.ref();
  judge.kill('SIGKILL');
  await gone;
}

function ignored(): void {
  // Reported to the next request.
}
