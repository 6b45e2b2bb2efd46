import type { Figure } from './figure.ts';

/** A table for people: one line per figure, what missed its bar marked, notes below. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    number(figure.ours),
    number(figure.theirs),
    figure.unit,
    figure.peer ?? '',
    number(figure.ratio),
    figure.cpuRatio === undefined ? '' : number(figure.cpuRatio),
    figure.bar === null ? '' : `≥ ${figure.bar.toFixed(2)}`,
    figure.pass === null ? (figure.bar === null ? '' : 'not measured') : figure.pass ? 'ok' : 'MISSED',
  ]);
  const head = ['figure', 'ours', 'theirs', 'unit', 'against', 'ratio', 'by cpu', 'bar', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column >= 1 && column <= 2 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const texts = new Set(figures.map((figure) => figure.note).filter((note) => note !== undefined));
  const notes = [...texts].map((note) => {
    const of = figures.filter((figure) => figure.note === note).map((figure) => figure.name);
    return `${of.join('; ')}: ${note}`;
  });
  return [line(head), ...rows.map(line), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function number(value: number | null): string {
  if (value === null) return '—';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
