import type { ArmName } from '../arms.ts';
import { looks } from './looks.ts';
import { element, label, marker, spread, ticks } from './svg.ts';

interface Series {
  readonly arm: ArmName;
  /** By turn, from turn 1; null = no value. */
  readonly values: readonly (number | null)[];
}

export interface LineChart {
  readonly title: string;
  readonly yTitle: string;
  readonly series: readonly Series[];
  readonly turns: number;
  show(value: number): string;
  /** Smallest value of the axis. Default: from the values. */
  readonly from?: number;
}

const width = 800;
const height = 380;
const plot = { left: 64, right: 610, top: 16, bottom: 332 };
const lineGap = 16;

/**
 *     y │   ·──▲ rosa2      one line for each arm, named at its end;
 *       │ ·─────■ textgrad   markers and dashes differ as well as colours
 *       └──────── turn
 */
export function lineChart({ title, yTitle, series, turns, show, from }: LineChart): string {
  const values = series.flatMap(({ values }) => values.filter((value) => value !== null));
  if (values.length === 0) return '<p>There is nothing to draw.</p>';
  const marks = ticks(from ?? Math.min(...values), Math.max(...values));
  const [low, high] = [marks[0]!, marks.at(-1)!];
  const x = (turn: number): number =>
    turns === 1
      ? (plot.left + plot.right) / 2
      : plot.left + 16 + ((plot.right - plot.left - 32) * (turn - 1)) / (turns - 1);
  const y = (value: number): number => plot.bottom - ((plot.bottom - plot.top) * (value - low)) / (high - low || 1);

  const drawn = series.flatMap(({ arm, values }) => {
    const points = values.flatMap((value, i) =>
      value === null ? [] : [{ x: x(i + 1), y: y(value), value, turn: i + 1 }],
    );
    return points.length === 0 ? [] : [{ arm, points }];
  });
  const ends = spread(
    drawn.map(({ points }) => points.at(-1)!.y),
    lineGap,
    plot.top,
    plot.bottom,
  );
  const parts = [
    ...marks.flatMap((value) => [
      element('line', { class: 'grid', x1: plot.left, x2: plot.right, y1: y(value), y2: y(value) }),
      label(plot.left - 8, y(value) + 4, show(value), { 'text-anchor': 'end' }),
    ]),
    ...Array.from({ length: turns }, (_, i) =>
      label(x(i + 1), plot.bottom + 20, String(i + 1), { 'text-anchor': 'middle' }),
    ),
    label((plot.left + plot.right) / 2, plot.bottom + 42, 'turn', { 'text-anchor': 'middle' }),
    label(0, 0, yTitle, {
      'text-anchor': 'middle',
      transform: `translate(14 ${(plot.top + plot.bottom) / 2}) rotate(-90)`,
    }),
    ...drawn.map(({ arm, points }, index) => {
      const { dashes, marker: shape } = looks[arm];
      const end = points.at(-1)!;
      const path = points
        .map((point, i) => `${i === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`)
        .join('');
      const lead = `M${(end.x + 7).toFixed(1)} ${end.y.toFixed(1)}L${plot.right + 8} ${ends[index]!.toFixed(1)}`;
      return element(
        'g',
        { class: `arm-${arm}` },
        [
          element('path', { class: 'line', d: path, 'stroke-dasharray': dashes }),
          element('path', { class: 'lead', d: lead }),
          ...points.map((point) =>
            element(
              'g',
              {},
              `${element('title', {}, `${arm}, turn ${point.turn}: ${show(point.value)}`)}${marker(shape, point.x, point.y)}`,
            ),
          ),
          label(plot.right + 12, ends[index]! + 4, `${arm} ${show(end.value)}`, { class: 'name' }),
        ].join(''),
      );
    }),
  ];
  return element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title }, parts.join(''));
}
