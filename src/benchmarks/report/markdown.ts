import type { RunMetrics } from '../metrics-types.ts';
import { settingsRows } from './settings.ts';
import { columns, differenceHead, differenceRows, markdownTable, tableHead, tableNames, tableRows } from './table.ts';

/** The results as Markdown, for docs. */
export function markdownReport(metrics: RunMetrics): string {
  return [
    ...tableNames.map((name) => markdownTable(tableHead(name), tableRows(metrics, name))),
    columns.map(({ title, meaning }) => `- ${title}: ${meaning}.`).join('\n'),
    ...(metrics.differences.length === 0
      ? []
      : [
          'Differences on the same tasks and seeds, with 95 % bootstrap intervals over tasks:',
          markdownTable(differenceHead, differenceRows(metrics)),
        ]),
    Object.entries(metrics.methods)
      .map(([name, { what }]) => `- \`${name}\`: ${what}.`)
      .join('\n'),
    markdownTable(['setting', 'value'], settingsRows(metrics)),
    '',
  ].join('\n\n');
}
