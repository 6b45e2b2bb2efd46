import { readFile, writeFile } from 'node:fs/promises';

interface Point {
  readonly tokens: number;
  readonly loss: number;
}

const size = { width: 760, height: 420, left: 60, right: 130, top: 20, bottom: 50 };
const colours = ['#8a8a8a', '#0072b2', '#d55e00', '#009e73', '#cc79a7'];

/**
 * Plots the log of a run: the training loss and the validation loss of every kind over tokens, with a logarithmic loss axis.
 */
export async function writeLossCurve(logPath: string, path: string): Promise<void> {
  await writeFile(path, lossCurve(await readFile(logPath, 'utf8')));
}

export function lossCurve(log: string): string {
  const series = new Map<string, Point[]>([['training', []]]);
  for (const line of log.split('\n')) {
    if (line.trim() === '') continue;
    const { tokens, loss, validation } = JSON.parse(line) as {
      tokens: number;
      loss?: number;
      validation?: Record<string, number>;
    };
    if (loss !== undefined) series.get('training')!.push({ tokens, loss });
    for (const [kind, value] of Object.entries(validation ?? {})) {
      series.set(kind, [...(series.get(kind) ?? []), { tokens, loss: value }]);
    }
  }
  const points = [...series.values()].flat();
  const most = Math.max(1, ...points.map(({ tokens }) => tokens));
  const losses = points.map(({ loss }) => loss).filter((loss) => loss > 0);
  const low = Math.floor(Math.log10(Math.min(0.1, ...losses)));
  const high = Math.log10(Math.max(1, ...losses) * 1.1);
  const { width, height, left, right, top, bottom } = size;
  const x = (tokens: number): number => left + ((width - left - right) * tokens) / most;
  const y = (loss: number): number =>
    top + ((height - top - bottom) * (high - Math.log10(Math.max(loss, 10 ** low)))) / (high - low);
  const parts: string[] = [];
  for (let decade = low; decade <= high; decade++) {
    for (const step of [1, 2, 5]) {
      const loss = step * 10 ** decade;
      if (Math.log10(loss) > high) continue;
      parts.push(
        `<line x1="${left}" x2="${width - right}" y1="${fixed(y(loss))}" y2="${fixed(y(loss))}" stroke="#ddd"/>`,
        text(left - 6, y(loss) + 4, String(Number(loss.toPrecision(1))), 'end'),
      );
    }
  }
  for (let tick = 0; tick <= 4; tick++) {
    const tokens = (most * tick) / 4;
    parts.push(text(x(tokens), height - bottom + 18, `${(tokens / 1e6).toFixed(1)} M`, 'middle'));
  }
  parts.push(text((left + width - right) / 2, height - 12, 'tokens', 'middle'));
  parts.push(text(14, top - 6, 'loss in nats per token', 'start'));
  for (const [index, [name, values]] of [...series].entries()) {
    const colour = colours[index % colours.length]!;
    const line = values.map(({ tokens, loss }) => `${fixed(x(tokens))},${fixed(y(loss))}`).join(' ');
    parts.push(`<polyline fill="none" stroke="${colour}" stroke-width="${index === 0 ? 1 : 2}" points="${line}"/>`);
    const last = values.at(-1);
    const label = `${name} ${last === undefined ? '' : last.loss.toFixed(3)}`;
    const row = top + 16 + 18 * index;
    parts.push(`<rect x="${width - right + 10}" y="${row - 9}" width="10" height="10" fill="${colour}"/>`);
    parts.push(text(width - right + 26, row, label, 'start'));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12"><title>Loss of the embedded model in training</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  const escaped = content.replace(/[<>&]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" fill="#333">${escaped}</text>`;
}

const fixed = (value: number): string => value.toFixed(1);
