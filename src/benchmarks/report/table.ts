import type { ArmMetrics, RunMetrics } from '../metrics-types.ts';

export const tableNames = ['outcome', 'streams'] as const;
export type TableName = (typeof tableNames)[number];

/** One column of the tables of methods: its title, its values and what they mean. */
interface Column {
  /** Which of the two tables it belongs to: a single table would be too wide. */
  readonly table: TableName;
  readonly title: string;
  readonly meaning: string;
  show(metrics: ArmMetrics): string;
}

export const columns: readonly Column[] = [
  { table: 'outcome', title: 'turn 1', meaning: 'solved by the first attempt, %', show: ({ turn1 }) => percent(turn1) },
  {
    table: 'outcome',
    title: 'solved',
    meaning: 'solved within the turn limit, %, with Wilson’s 95 % interval over runs',
    show: ({ solved, solvedLow, solvedHigh }) => `${percent(solved)} (${percent(solvedLow)}–${percent(solvedHigh)})`,
  },
  {
    table: 'outcome',
    title: 'turns',
    meaning: 'mean number of turns, an unsolved run counted as the limit, with a 95 % bootstrap interval over tasks',
    show: ({ avgTurns, avgTurnsLow, avgTurnsHigh }) =>
      `${avgTurns.toFixed(2)} (${avgTurnsLow.toFixed(2)}–${avgTurnsHigh.toFixed(2)})`,
  },
  {
    table: 'outcome',
    title: 'corrected',
    meaning: 'correction uplift, of failed first attempts: solved later, %',
    show: ({ corrected }) => (corrected === null ? '–' : percent(corrected)),
  },
  {
    table: 'outcome',
    title: 'gain',
    meaning: 'correction uplift, of all runs: solved minus turn 1, points',
    show: ({ correctionGain }) => percent(correctionGain),
  },
  {
    table: 'streams',
    title: '‖Δθ‖',
    meaning: 'mean norm of accepted updates',
    show: ({ updates }) => number(updates?.deltaNorm),
  },
  {
    table: 'streams',
    title: 'KL',
    meaning: 'mean per-token KL of accepted updates on the response they were computed from, nat',
    show: ({ updates }) => number(updates?.klResponse),
  },
  {
    table: 'streams',
    title: 'rolled back',
    meaning: 'updates refused by the trust region, %',
    show: ({ updates }) => (updates === null ? '–' : percent(updates.rollbackShare)),
  },
  {
    table: 'streams',
    title: 'entropy',
    meaning: 'mean per-token entropy on the response before and after an update, nat',
    show: ({ updates }) =>
      updates === null ? '–' : `${number(updates.entropyBefore)} → ${number(updates.entropyAfter)}`,
  },
  {
    table: 'streams',
    title: 'fallback',
    meaning: 'instructions by the template because the model’s words could not be used, %',
    show: ({ words }) => (words === null ? '–' : percent(words.fallback / words.instructions)),
  },
  {
    table: 'streams',
    title: 'leaks',
    meaning: 'instructions that contained hidden text (replaced by the template)',
    show: ({ words }) => (words === null ? '–' : String(words.leaks)),
  },
  {
    table: 'outcome',
    title: 's/turn',
    meaning: 'mean seconds of a turn: model + tests + words + update',
    show: ({ secondsPerTurn: { model, tests, words, update } }) =>
      [model, tests, words, update].map((seconds) => seconds.toFixed(2)).join(' + '),
  },
  {
    table: 'outcome',
    title: 'n',
    meaning: 'finished runs',
    show: ({ sessions, failed }) => (failed === 0 ? String(sessions) : `${sessions} (${failed} failed)`),
  },
];

export function tableRows({ methods }: RunMetrics, table: TableName): readonly (readonly string[])[] {
  const shown = columns.filter((column) => column.table === table);
  return Object.entries(methods).map(([name, metrics]) => [name, ...shown.map(({ show }) => show(metrics))]);
}

export function tableHead(table: TableName): readonly string[] {
  return ['method', ...columns.filter((column) => column.table === table).map(({ title }) => title)];
}

export const differenceHead: readonly string[] = ['', 'solved, points', 'turns', 'pairs'];

export function differenceRows({ differences }: RunMetrics): readonly (readonly string[])[] {
  return differences.map((difference) => [
    `${difference.method} − ${difference.against}`,
    `${signed(100 * difference.solved)} (${signed(100 * difference.solvedLow)} to ${signed(100 * difference.solvedHigh)})`,
    `${signed(difference.avgTurns, 2)} (${signed(difference.avgTurnsLow, 2)} to ${signed(difference.avgTurnsHigh, 2)})`,
    String(difference.pairs),
  ]);
}

/** Aligned columns for a terminal. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? title).length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? ':--' : '--:'))), ...rows.map(line)].join('\n');
}

/** 0.4567 → `45.7` */
function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function signed(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4
    ? String(Number(value.toPrecision(3)))
    : value.toExponential(1);
}
