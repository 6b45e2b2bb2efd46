import { globSync, statSync } from 'node:fs';

const limit = 15 * 1024;

/** Lines about the size of source files: the median, the largest, and a warning for each above 15 KB. Never fails. */
export function sizeReport(): string[] {
  const files = globSync('{src,tools,test}/**/*.{ts,css,html}', {
    exclude: (name) => /(^|\/)(fixtures|node_modules)(\/|$)/.test(name),
  })
    .map((name) => ({ name, bytes: statSync(name).size }))
    .sort((a, b) => b.bytes - a.bytes);
  const median = files[Math.floor(files.length / 2)];
  if (median === undefined) return [];
  const largest = files.slice(0, 3).map(show);
  return [
    `Source files: ${files.length}, median ${kilobytes(median.bytes)}, largest ${largest.join(', ')}`,
    ...files
      .filter((file) => file.bytes > limit)
      .map((file) => `Warning: ${show(file)} is larger than 15 KB; split it`),
  ];
}

function show(file: { readonly name: string; readonly bytes: number }): string {
  return `${file.name} (${kilobytes(file.bytes)})`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
