/** How far a run has come. */
export interface Progress {
  readonly stage: 'first-turns' | 'task-runs';
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** Estimated time to the end of the stage, from the pace of this run; undefined before anything has ended. */
  readonly secondsLeft?: number;
}

/** Counts what ends and estimates the pace, in which results of an earlier run do not count. */
export class ProgressMeter {
  readonly #stage: Progress['stage'];
  readonly #total: number;
  readonly #now: () => number;
  readonly #started: number;
  #done = 0;
  #failed = 0;

  constructor(stage: Progress['stage'], total: number, now: () => number = () => performance.now()) {
    this.#stage = stage;
    this.#total = total;
    this.#now = now;
    this.#started = now();
  }

  ended(failed: boolean): Progress {
    this.#done++;
    if (failed) this.#failed++;
    return this.progress();
  }

  progress(): Progress {
    const seconds = (this.#now() - this.#started) / 1000;
    return {
      stage: this.#stage,
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
      ...(this.#done > 0 && { secondsLeft: (seconds / this.#done) * (this.#total - this.#done) }),
    };
  }
}

/** `1240 of 5760 task runs, 2 failed, about 1 h 12 min left` */
export function progressText({ stage, done, total, failed, secondsLeft }: Progress): string {
  return [
    `${done} of ${total} ${stage === 'first-turns' ? 'first attempts' : 'task runs'}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(secondsLeft === undefined || done === total ? [] : [`about ${durationText(secondsLeft)} left`]),
  ].join(', ');
}

export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
