import type { ArmName } from '../arms.ts';
import { looks } from './looks.ts';
import { element, label, marker, ticks } from './svg.ts';

interface IntervalRow {
  readonly arm: ArmName;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface IntervalChart {
  readonly title: string;
  readonly xTitle: string;
  readonly rows: readonly IntervalRow[];
  show(value: number): string;
}

const width = 760;
const rowHeight = 30;
const plot = { left: 140, right: 640, top: 10 };

/**
 *     rosa2       ├──●──┤   92.1     values with their intervals,
 *     baseline  ├──○──┤     71.5     one row for each arm
 */
export function intervalChart({ title, xTitle, rows, show }: IntervalChart): string {
  if (rows.length === 0) return '<p>There is nothing to draw.</p>';
  const marks = ticks(Math.min(...rows.map(({ low }) => low)), Math.max(...rows.map(({ high }) => high)));
  const [least, most] = [marks[0]!, marks.at(-1)!];
  const bottom = plot.top + rows.length * rowHeight;
  const x = (value: number): number => plot.left + ((plot.right - plot.left) * (value - least)) / (most - least || 1);
  const parts = [
    ...marks.flatMap((value) => [
      element('line', { class: 'grid', x1: x(value), x2: x(value), y1: plot.top, y2: bottom }),
      label(x(value), bottom + 18, show(value), { 'text-anchor': 'middle' }),
    ]),
    label((plot.left + plot.right) / 2, bottom + 40, xTitle, { 'text-anchor': 'middle' }),
    ...rows.map(({ arm, value, low, high }, index) => {
      const y = plot.top + (index + 0.5) * rowHeight;
      const whisker = `M${x(low).toFixed(1)} ${y - 5}v10M${x(low).toFixed(1)} ${y}H${x(high).toFixed(1)}M${x(high).toFixed(1)} ${y - 5}v10`;
      return element(
        'g',
        { class: `arm-${arm}` },
        [
          element('title', {}, `${arm}: ${show(value)} (${show(low)} to ${show(high)})`),
          label(plot.left - 12, y + 4, arm, { 'text-anchor': 'end', class: 'name' }),
          element('path', { class: 'whisker', d: whisker }),
          marker(looks[arm].marker, x(value), y),
          label(plot.right + 12, y + 4, show(value), { class: 'name' }),
        ].join(''),
      );
    }),
  ];
  return element('svg', { viewBox: `0 0 ${width} ${bottom + 50}`, role: 'img', 'aria-label': title }, parts.join(''));
}
