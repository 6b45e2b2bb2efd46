import type { ArmName } from '../arms.ts';
import type { ArmMetrics, RunMetrics } from '../metrics-types.ts';
import { intervalChart } from './interval-chart.ts';
import { lineChart } from './line-chart.ts';
import { settingsRows, sizeOf } from './settings.ts';
import { style } from './style.ts';
import { element, escaped } from './svg.ts';
import { columns, differenceHead, differenceRows, number, tableHead, tableRows } from './table.ts';

/** Methods whose updates are shown by turn, as in Figure 3 of the paper. */
const normArms: readonly string[] = ['rosa', 'rosa2'];

/** A self-contained page: no network, no scripts. */
export function htmlReport(metrics: RunMetrics): string {
  const { run } = metrics;
  const methods = Object.entries(metrics.methods) as [ArmName, ArmMetrics][];
  const turns = run.settings.maxTurns;
  const [size] = sizeOf(run.model);
  const title = `Retune on ${run.benchmark}`;
  const sections = [
    element('h1', {}, escaped(title)),
    paragraph(
      `${run.tasks} tasks × ${metrics.seeds.length} ${metrics.seeds.length === 1 ? 'seed' : 'seeds'} × ${methods.length} methods, at most ${turns} turns, ` +
        `with ${run.model.name}${size === undefined ? '' : ` (${size})`}. ` +
        'The first attempt is the same for every method; they differ in how they continue after a failure.',
    ),
    section(
      'Solved by turn',
      lineChart({
        title: 'Share of solved runs by turn and method',
        yTitle: 'solved, %',
        series: methods.map(([arm, { solvedBy }]) => ({ arm, values: solvedBy.map((share) => 100 * share) })),
        turns,
        show: (value) => value.toFixed(1),
      }),
      'Share of runs that were solved by the end of each turn.',
    ),
    section(
      `Solved within ${turns} turns`,
      intervalChart({
        title: 'Share of solved runs by method with intervals',
        xTitle: 'solved, %',
        rows: methods.map(([arm, { solved, solvedLow, solvedHigh }]) => ({
          arm,
          value: 100 * solved,
          low: 100 * solvedLow,
          high: 100 * solvedHigh,
        })),
        show: (value) => value.toFixed(1),
      }),
      'With Wilson’s 95 % intervals over runs.',
    ),
    section('How they end', table(tableHead('outcome'), tableRows(metrics, 'outcome'), true), ''),
    section('Updates and instructions', table(tableHead('streams'), tableRows(metrics, 'streams'), true), ''),
    definitions(columns.map(({ title, meaning }) => [title, meaning])),
    ...(metrics.differences.length === 0
      ? []
      : [
          section(
            'Differences',
            table(differenceHead, differenceRows(metrics)),
            'On the same tasks and seeds, with 95 % bootstrap intervals over tasks.',
          ),
        ]),
    section(
      'Size of updates',
      lineChart({
        title: 'Mean norm of updates by turn',
        yTitle: '‖Δθ‖',
        series: methods
          .filter(([arm]) => normArms.includes(arm))
          .map(([arm, { updates }]) => ({ arm, values: updates?.deltaNormBy ?? [] })),
        turns: Math.max(1, turns - 1),
        show: number,
        from: 0,
      }),
      'Mean norm of the accepted updates of the runs that were still unsolved after each turn.',
    ),
    section(
      'KL of updates',
      lineChart({
        title: 'Mean KL of updates by turn',
        yTitle: 'KL, nat per token',
        series: methods.map(([arm, { updates }]) => ({ arm, values: updates?.klResponseBy ?? [] })),
        turns: Math.max(1, turns - 1),
        show: number,
        from: 0,
      }),
      'Mean per-token KL on the response that the update was computed from. A placebo is valid as far as its KL equals that of rosa2.',
    ),
    section('Methods', definitions(methods.map(([name, { what }]) => [name, what])), ''),
    section('Settings', definitions(settingsRows(metrics)), ''),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head>`,
    element('body', {}, sections.join('\n')),
    '</html>',
    '',
  ].join('\n');
}

function paragraph(text: string): string {
  return element('p', {}, escaped(text));
}

function section(title: string, content: string, caption: string): string {
  const described = caption === '' ? '' : element('figcaption', {}, escaped(caption));
  return element('h2', {}, escaped(title)) + element('figure', {}, content + described);
}

/** @param byArm whether the first cell of a row names its method */
function table(head: readonly string[], rows: readonly (readonly string[])[], byArm = false): string {
  const cells = (name: string, row: readonly string[]): string =>
    row.map((cell) => element(name, {}, escaped(cell))).join('');
  const body = rows.map((row) => element('tr', byArm ? { class: `arm-${row[0]}` } : {}, cells('td', row)));
  const whole = element('thead', {}, element('tr', {}, cells('th', head))) + element('tbody', {}, body.join(''));
  return element('div', { class: 'scroll' }, element('table', {}, whole));
}

function definitions(rows: readonly (readonly [string, string])[]): string {
  return element(
    'dl',
    {},
    rows.map(([term, text]) => element('dt', {}, escaped(term)) + element('dd', {}, escaped(text))).join(''),
  );
}
