import { Worker } from 'node:worker_threads';
import { cancelled } from '../../../shared/errors/cancelled.ts';
import type { RunOutcome } from './run-trusted.ts';
import type { JudgeRequest } from './run-untrusted.ts';

/** The worker's file, beside this one: in the source tree, or in a bundle. */
const entry = new URL(import.meta.url.endsWith('.ts') ? './judge-worker.ts' : './judge-worker.mjs', import.meta.url);

/** A thread that does not answer by then hangs where the realm's own limit cannot reach, and is ended. */
const grace = 2000;

/**
 * Threads that run attempts one after the other, each in a realm of its own. They start when needed, survive failing attempts,
 * are replaced when they hang or run out of memory, and do not keep the process alive.
 */
export class JudgePool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  /** @param size most threads at a time */
  constructor(size = 2) {
    this.#size = size;
  }

  /** @throws RetuneError `cancelled` when the signal fires; the attempt's thread is gone by then. */
  async run(request: JudgeRequest, signal: AbortSignal): Promise<RunOutcome> {
    await this.#turn(signal);
    const worker = this.#idle.pop() ?? this.#start();
    let answer: Answer = { kind: 'cancelled' };
    try {
      answer = await answerOf(worker, request, signal);
    } finally {
      if (answer.kind === 'answered' && !this.#closed) this.#idle.push(worker);
      else await worker.terminate();
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
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  #start(): Worker {
    const worker = new Worker(entry, {
      name: 'retune-judge',
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 },
      stdout: true,
      stderr: true,
    });
    worker.unref();
    // Whatever ends a thread while it is idle: it is never asked again.
    worker.once('exit', () => {
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return worker;
  }

  /** Resolves when a thread may run; a fired signal gives the place back. */
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

async function answerOf(worker: Worker, request: JudgeRequest, signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return { kind: 'cancelled' };
  // A thread that nobody refers to would let the process end in the middle of a verdict.
  worker.ref();
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const answered = (outcome: RunOutcome): void => resolve({ kind: 'answered', outcome });
  const died = (): void => resolve({ kind: 'died' });
  const stop = (): void => resolve({ kind: 'cancelled' });
  const timer = setTimeout(() => resolve({ kind: 'hung' }), request.milliseconds + grace);
  worker.on('message', answered).on('error', died).on('exit', died);
  signal.addEventListener('abort', stop);
  try {
    worker.postMessage(request);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    worker.off('message', answered).off('exit', died);
    // An error that comes later, while the thread is being ended, must not be an unhandled one.
    worker.off('error', died);
    if (worker.listenerCount('error') === 0) worker.on('error', ignored);
    worker.unref();
  }
}

function ignored(): void {
  // The thread has been given up, or will say it again in answer to the next request.
}
