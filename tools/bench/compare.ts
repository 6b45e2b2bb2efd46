import { messageOf } from '../../src/shared/errors/thrown.ts';
import { Driver, type DriverCommand } from './driver.ts';
import { comparisonFigure, type Figure, type FigureSpec, limitFigure } from './figure.ts';
import type { DriverReply, DriverRequest, LoadRequest } from './protocol.ts';

export interface Competitor {
  readonly driver: DriverCommand;
  readonly load: LoadRequest;
}

export interface Measure {
  /** Figures read from one kind of reply; most have one, an update gives time and memory. */
  readonly figures: readonly (FigureSpec & { readonly value: (reply: DriverReply) => number })[];
  /** Null: the loading itself is measured, each time in a new process. */
  readonly request: ((repetition: number) => DriverRequest) | null;
  /** Something that both sides should have done alike; the figure notes how often they did not. */
  readonly alike?: { readonly what: string; readonly of: (reply: DriverReply) => unknown };
}

/** Two competitors measured alternately: ours, theirs, ours, theirs, …; only one of them computes at a time. */
export interface Comparison {
  readonly ours: Competitor;
  /** An error instead of a peer that could not be installed. */
  readonly theirs: Competitor | Error;
  readonly peer: string;
  readonly measures: readonly Measure[];
}

/** A figure of ours alone against a fixed bound. */
export interface Limit {
  readonly ours: Competitor;
  readonly limit: number;
  readonly measure: Measure;
}

export interface Run {
  readonly repetitions: number;
  readonly log: (line: string) => void;
}

export async function compare(comparison: Comparison, run: Run): Promise<Figure[]> {
  const { theirs, peer } = comparison;
  const ours = new Side('ours', comparison.ours, run);
  const other = theirs instanceof Error ? new Side(peer, theirs, run) : new Side(peer, theirs, run);
  const figures: Figure[] = [];
  try {
    for (const measure of comparison.measures) {
      const replies: { ours: DriverReply[]; theirs: DriverReply[] } = { ours: [], theirs: [] };
      // Repetition 0 warms both sides up and is not counted.
      for (let repetition = 0; repetition <= run.repetitions; repetition++) {
        const a = await ours.measure(measure, repetition);
        const b = await other.measure(measure, repetition);
        if (repetition === 0) continue;
        if (a !== undefined) replies.ours.push(a);
        if (b !== undefined) replies.theirs.push(b);
      }
      const note = [ours.failure, other.failure, unlike(measure, replies)]
        .filter((text) => text !== undefined)
        .join(' ');
      for (const { value, ...spec } of measure.figures) {
        const samples = { ours: replies.ours.map(value), theirs: replies.theirs.map(value) };
        const seconds = (reply: DriverReply) => reply.cpuSeconds;
        const cpu = { ours: replies.ours.map(seconds), theirs: replies.theirs.map(seconds) };
        figures.push(
          comparisonFigure(spec, peer, samples, {
            ...(note !== '' && { note }),
            ...(spec.unit !== 'GB' && { cpu }),
          }),
        );
        run.log(progress(figures.at(-1) as Figure));
      }
    }
  } finally {
    await ours.close();
    await other.close();
  }
  return figures;
}

export async function checkLimit({ ours, limit, measure }: Limit, run: Run): Promise<Figure[]> {
  const side = new Side('ours', ours, run);
  const replies: DriverReply[] = [];
  try {
    for (let repetition = 0; repetition <= run.repetitions; repetition++) {
      const reply = await side.measure(measure, repetition);
      if (reply !== undefined && repetition > 0) replies.push(reply);
    }
  } finally {
    await side.close();
  }
  return measure.figures.map(({ value, bar: _, ...spec }) => {
    const figure = limitFigure(spec, limit, replies.map(value), side.failure);
    run.log(progress(figure));
    return figure;
  });
}

/** One competitor; after its first failure it is not asked again. */
class Side {
  readonly #competitor: Competitor | undefined;
  readonly #name: string;
  readonly #run: Run;
  #driver: Driver | undefined;
  failure: string | undefined;

  constructor(name: string, competitor: Competitor | Error, run: Run) {
    this.#name = name;
    this.#run = run;
    if (competitor instanceof Error) this.#fail(competitor);
    else this.#competitor = competitor;
  }

  async measure({ request }: Measure, repetition: number): Promise<DriverReply | undefined> {
    const competitor = this.#competitor;
    if (competitor === undefined || this.failure !== undefined) return undefined;
    try {
      if (request === null) {
        await this.close();
        return await this.#start(competitor);
      }
      if (this.#driver === undefined) await this.#start(competitor);
      return await this.#driver?.request(request(repetition));
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.#driver?.close();
    this.#driver = undefined;
  }

  #start({ driver, load }: Competitor): Promise<DriverReply> {
    this.#driver = new Driver(driver);
    return this.#driver.request(load);
  }

  #fail(error: unknown): void {
    const message = `${this.#name}: ${messageOf(error)}`;
    this.#run.log(message);
    // A stack trace is for the log, not for the table.
    this.failure = message.split('\n', 1)[0];
  }
}

function unlike(
  { alike }: Measure,
  { ours, theirs }: { ours: DriverReply[]; theirs: DriverReply[] },
): string | undefined {
  if (alike === undefined) return undefined;
  const pairs = Math.min(ours.length, theirs.length);
  const differing = ours.filter((reply, i) => {
    const other = theirs[i];
    return other !== undefined && JSON.stringify(alike.of(reply)) !== JSON.stringify(alike.of(other));
  }).length;
  return differing === 0 ? undefined : `${alike.what} differed in ${differing} of ${pairs} pairs.`;
}

function progress({ name, ours, theirs, ratio }: Figure): string {
  const show = (value: number | null) => (value === null ? '—' : value.toPrecision(4));
  return `${name}: ours ${show(ours)}, theirs ${show(theirs)}, ratio ${show(ratio)}`;
}
