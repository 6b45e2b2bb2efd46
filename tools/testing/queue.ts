import { messageOf } from '../../src/shared/errors/thrown.ts';
import type { Counted, Suite, Work } from './suites.ts';
import { type Outcome, Tally } from './tally.ts';

/** One thing for a child process to do. */
export type Job = { readonly tally: Tally } & (
  | { readonly kind: 'file'; readonly file: string; readonly environment: Readonly<Record<string, string>> }
  | { readonly kind: 'program'; readonly run: () => Promise<Counted> }
);

/** The jobs of several suites: those of the first suite that is ready come first. */
export class Queue {
  readonly #suites: readonly { readonly tally: Tally; readonly jobs: Job[] }[];
  readonly #awaited = new Set<Promise<void>>();

  constructor(suites: readonly Suite[], print: (line: string) => void) {
    this.#suites = suites.map(({ name, ready }) => {
      const tally = new Tally(name, print);
      const jobs: Job[] = [];
      const filled = ready
        .then((work) => jobs.push(...jobsOf(work, tally)))
        .catch((error: unknown) => tally.fault(messageOf(error)))
        .then(() => void this.#awaited.delete(filled));
      this.#awaited.add(filled);
      return { tally, jobs };
    });
  }

  /** @returns undefined when nothing is left to be done */
  async next(): Promise<Job | undefined> {
    for (;;) {
      const job = this.#suites.find(({ jobs }) => jobs.length > 0)?.jobs.shift();
      if (job !== undefined || this.#awaited.size === 0) return job;
      await Promise.race(this.#awaited);
    }
  }

  get outcomes(): readonly Outcome[] {
    return this.#suites.map(({ tally }) => tally.outcome);
  }
}

function jobsOf(work: Work, tally: Tally): Job[] {
  if (work.kind === 'nothing') tally.counted(work.counted, 0);
  if (work.kind === 'program') return [{ kind: 'program', tally, run: work.run }];
  if (work.kind !== 'files') return [];
  if (work.note !== undefined) tally.note(work.note);
  const { environment } = work;
  return work.files.map((file) => ({ kind: 'file', tally, file, environment }));
}
