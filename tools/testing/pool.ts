import { type Job, Queue } from './queue.ts';
import type { Suite } from './suites.ts';
import type { Outcome, Tally } from './tally.ts';
import { TestProcess } from './test-process.ts';

/** Runs suites, the first ones first, in `processes` processes side by side. */
export async function runSuites(suites: readonly Suite[], processes: number): Promise<readonly Outcome[]> {
  const queue = new Queue(suites, (line) => process.stdout.write(`${line}\n`));
  await Promise.all(Array.from({ length: processes }, () => new Lane().work(queue)));
  return queue.outcomes;
}

/** Does one job after the other; files of the same suite in the same process. */
class Lane {
  #current: { readonly tally: Tally; readonly process: TestProcess } | undefined;

  async work(queue: Queue): Promise<void> {
    for (let job = await queue.next(); job !== undefined; job = await queue.next()) {
      if (job.tally !== this.#current?.tally) await this.#end();
      await this.#do(job);
    }
    await this.#end();
  }

  async #do(job: Job): Promise<void> {
    if (job.kind === 'program') {
      const started = performance.now();
      const counted = await job.run();
      job.tally.counted(counted, (performance.now() - started) / 1000);
      return;
    }
    // A crash between two files is reported before the next one.
    if (this.#current?.process.alive === false) await this.#end();
    this.#current ??= { tally: job.tally, process: new TestProcess(job.environment) };
    const result = await this.#current.process.run(job.file);
    job.tally.file(result);
    if (result.crashed) this.#current = undefined;
  }

  /** Nothing that the tests began may outlive them. */
  async #end(): Promise<void> {
    const fault = await this.#current?.process.end();
    if (fault !== undefined) this.#current?.tally.fault(fault);
    this.#current = undefined;
  }
}
