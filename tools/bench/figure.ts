import { type Better, median, pairedAdvantage } from './statistics.ts';

/** What to measure. */
export interface FigureSpec {
  readonly name: string;
  readonly unit: string;
  readonly better: Better;
  /** Minimum ratio; null: only reported. */
  readonly bar: number | null;
}

/** One line of the result. Ratio above 1 = ours is better. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Medians; null: could not be measured, see `note`. */
  readonly ours: number | null;
  /** Whom it is compared with; `limit`: a fixed bound, which is then `theirs`. */
  readonly peer: string | null;
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly bar: number | null;
  readonly pass: boolean | null;
  /** The same ratio by processor time instead of wall time: far steadier on a busy machine. Only for speeds and times. */
  readonly cpuRatio?: number;
  readonly note?: string;
  readonly samples?: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

export interface Samples {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/** Processor seconds of the same measurements. */
export type CpuSamples = Samples;

/** `ours[i]` and `theirs[i]` were measured one right after the other. */
export function comparisonFigure(
  spec: FigureSpec,
  peer: string,
  samples: Samples,
  { note, cpu }: { readonly note?: string | undefined; readonly cpu?: CpuSamples } = {},
): Figure {
  const { ours, theirs } = samples;
  const both = ours.length > 0 && theirs.length > 0;
  return figure(spec, peer, median(ours), median(theirs), both ? pairedAdvantage(ours, theirs, spec.better) : null, {
    samples,
    ...(cpu !== undefined && both && { cpuRatio: pairedAdvantage(cpu.ours, cpu.theirs, 'lower') }),
    ...(note !== undefined && { note }),
  });
}

export function limitFigure(
  spec: Omit<FigureSpec, 'bar'>,
  limit: number,
  ours: readonly number[],
  note?: string,
): Figure {
  const value = median(ours);
  const ratio = ours.length === 0 ? null : spec.better === 'lower' ? limit / value : value / limit;
  return figure({ ...spec, bar: 1 }, 'limit', value, limit, ratio, {
    samples: { ours, theirs: [] },
    ...(note !== undefined && { note }),
  });
}

function figure(
  { name, unit, bar }: FigureSpec,
  peer: string,
  ours: number,
  theirs: number,
  ratio: number | null,
  rest: Pick<Figure, 'note' | 'samples' | 'cpuRatio'>,
): Figure {
  return {
    name,
    unit,
    ours: known(ours),
    peer,
    theirs: known(theirs),
    ratio,
    bar,
    pass: bar === null || ratio === null ? null : ratio >= bar,
    ...rest,
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
