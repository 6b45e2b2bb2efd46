/** Text for HTML and SVG, in content and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element; `content` is markup. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? Number(value.toFixed(2)) : escaped(value)}"`,
  );
  return `<${name}${written.join('')}>${content}</${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text));
}

export type Marker = 'circle' | 'square' | 'diamond' | 'up' | 'down' | 'ring' | 'cross' | 'plus' | 'box';

const paths: Readonly<Record<Exclude<Marker, 'circle' | 'ring'>, string>> = {
  square: 'M-4 -4H4V4H-4Z',
  box: 'M-4 -4H4V4H-4Z',
  diamond: 'M0 -5.5L5.5 0L0 5.5L-5.5 0Z',
  up: 'M0 -5L5 4H-5Z',
  down: 'M0 5L5 -4H-5Z',
  cross: 'M-4 -4L4 4M-4 4L4 -4',
  plus: 'M-5 0H5M0 -5V5',
};
const hollow: ReadonlySet<Marker> = new Set(['ring', 'box', 'cross', 'plus']);

/** A marker whose shape distinguishes the series without its colour. */
export function marker(kind: Marker, x: number, y: number): string {
  const look = hollow.has(kind) ? 'mark hollow' : 'mark';
  if (kind === 'circle' || kind === 'ring') return element('circle', { class: look, cx: x, cy: y, r: 4.5 });
  return element('path', { class: look, d: paths[kind], transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
}

/** Positions at least `gap` apart, in the same order, and about as close to the wanted ones as two passes can bring them. */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let least = low;
  for (const index of order) {
    placed[index] = Math.max(placed[index]!, least);
    least = placed[index]! + gap;
  }
  let most = high;
  for (const index of [...order].reverse()) {
    placed[index] = Math.min(placed[index]!, most);
    most = placed[index]! - gap;
  }
  return placed;
}

/** Round numbers that cover a range, about six at most. */
export function ticks(low: number, high: number): readonly number[] {
  const raw = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const from = Math.floor(low / step + 1e-9);
  const to = Math.ceil(high / step - 1e-9);
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}
