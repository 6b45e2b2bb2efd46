import type { RunMetrics } from '../../../benchmarks/metrics-types.ts';
import { type Progress, progressText } from '../../../benchmarks/progress.ts';
import {
  differenceHead,
  differenceRows,
  tableHead,
  tableNames,
  tableRows,
  textTable,
} from '../../../benchmarks/report/table.ts';
import type { Output } from '../../output.ts';

/** Where progress cannot overwrite itself it is told so often, in milliseconds. */
const noteEvery = 30_000;

/** Progress on standard error, in a terminal and in a log. */
export class ProgressPrinter {
  readonly #output: Output;
  readonly #now: () => number;
  #noted: number;

  constructor(output: Output, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#noted = now();
  }

  show(progress: Progress): void {
    this.#output.progress(progressText(progress));
    const last = progress.done === progress.total;
    if (process.stderr.isTTY || (!last && this.#now() - this.#noted < noteEvery)) return;
    this.#noted = this.#now();
    this.#output.note(progressText(progress));
  }

  end(): void {
    this.#output.progressEnd();
  }
}

export function printMetrics(metrics: RunMetrics, output: Output, report: string | undefined): void {
  const { run, seeds, firstTurns } = metrics;
  output.heading(
    `${run.benchmark}: ${run.tasks} tasks × ${seeds.length} seeds, at most ${run.settings.maxTurns} turns, ${firstTurns.done} of ${firstTurns.planned} first attempts`,
  );
  for (const name of tableNames) output.text(`${textTable(tableHead(name), tableRows(metrics, name))}\n\n`);
  if (metrics.differences.length > 0) {
    output.text(`${textTable(differenceHead, differenceRows(metrics))}\n`);
  }
  if (report !== undefined) output.note(`The report: ${report}`);
}
