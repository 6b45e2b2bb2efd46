import type { RunMetrics } from '../../../benchmarks/metrics-types.ts';
import { type Progress, progressText } from '../../../benchmarks/progress.ts';
import {
  columns,
  differenceHead,
  differenceRows,
  tableHead,
  tableNames,
  tableRows,
  textTable,
} from '../../../benchmarks/report/table.ts';
import { counted } from '../../../shared/counted.ts';
import type { Output } from '../../output.ts';

/** Minimum interval between two lines of progress where one cannot overwrite the other, in ms. */
const noteEveryMs = 30_000;

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
    if (process.stderr.isTTY || (!last && this.#now() - this.#noted < noteEveryMs)) return;
    this.#noted = this.#now();
    this.#output.note(progressText(progress));
  }

  end(): void {
    this.#output.progressEnd();
  }
}

/** Tables on standard output, what their columns mean on standard error. @param report path of the page with plots */
export function printMetrics(metrics: RunMetrics, output: Output, report: string | undefined): void {
  const { run, seeds, firstTurns } = metrics;
  output.heading(
    `${run.benchmark}: ${counted(run.tasks, 'task')} × ${counted(seeds.length, 'seed')}, at most ${counted(run.settings.maxTurns, 'turn')}, ${firstTurns.done} of ${firstTurns.planned} first attempts`,
  );
  for (const name of tableNames) output.text(`${textTable(tableHead(name), tableRows(metrics, name))}\n\n`);
  if (metrics.differences.length > 0) {
    output.text(`${textTable(differenceHead, differenceRows(metrics))}\n`);
  }
  for (const { title, meaning } of columns) output.note(`${title}: ${meaning}`);
  if (report !== undefined) output.note(`Report: ${report}`);
}
