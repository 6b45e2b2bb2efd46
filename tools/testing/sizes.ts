import { Buffer } from 'node:buffer';
import { figuresOf } from '../check/figures.ts';
import { readSources, type Source } from '../check/source.ts';

/** A file of tests may be larger than one of the product, which `npm run check` limits. */
const limit = 15 * 1024;

/** Lines about the size of files and functions, and a warning for each file above 15 KB. Never fails. */
export function sizeReport(): string[] {
  const sources = readSources();
  const { files, medianFile, largestFile, medianFunction, p90Function } = figuresOf(sources);
  const tests = sources.filter(({ path }) => path.startsWith('test/')).map(sizeOf);
  const largest = [largestFile, ...tests].toSorted((a, b) => b.bytes - a.bytes);
  return [
    `src, training, tools: ${files} files, median ${kilobytes(medianFile)}, largest ${show(largestFile)}; functions: median ${medianFunction} lines, 90 % up to ${p90Function}`,
    `test: ${tests.length} files, ${kilobytes(tests.reduce((total, { bytes }) => total + bytes, 0))}`,
    ...largest
      .filter(({ bytes }) => bytes > limit)
      .map((file) => `Warning: ${show(file)} is larger than 15 KB; split it`),
  ];
}

function sizeOf({ path, text }: Source): { readonly path: string; readonly bytes: number } {
  return { path, bytes: Buffer.byteLength(text) };
}

function show({ path, bytes }: { readonly path: string; readonly bytes: number }): string {
  return `${path} (${kilobytes(bytes)})`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
