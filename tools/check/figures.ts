import { Buffer } from 'node:buffer';
import type { Source } from './source.ts';
import type { Violation } from './violation.ts';

/** The figures that keep the code readable. Bytes of files under src, training and tools; lines of their functions. */
const limits = { medianFile: 3.2 * 1024, largestFile: 13 * 1024, medianFunction: 8, sharedLines: 1500 } as const;

/** People, searches, coverage tools and ignore lists take these for something else. */
const misleading = /^src\/(?:.*\/)?(tests?|target)\//;

interface Figures {
  readonly files: number;
  readonly medianFile: number;
  readonly largestFile: { readonly path: string; readonly bytes: number };
  readonly medianFunction: number;
  readonly p90Function: number;
  readonly sharedLines: number;
}

export function figuresOf(sources: readonly Source[]): Figures {
  const product = sources.filter(({ path }) => !path.startsWith('test/'));
  const sizes = product.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) })).sort(bySize);
  const lengths = product.flatMap(({ functions }) => functions.map(({ lines }) => lines)).sort((a, b) => a - b);
  return {
    files: product.length,
    medianFile: quantile(sizes, 0.5)?.bytes ?? 0,
    largestFile: sizes.at(-1) ?? { path: '', bytes: 0 },
    medianFunction: quantile(lengths, 0.5) ?? 0,
    p90Function: quantile(lengths, 0.9) ?? 0,
    sharedLines: sum(sources.filter(({ path }) => path.startsWith('src/shared/')).map(({ text }) => lineCount(text))),
  };
}

export function figureViolations(sources: readonly Source[]): Violation[] {
  const { medianFile, largestFile, medianFunction, sharedLines } = figuresOf(sources);
  const tooMuch: readonly (readonly [boolean, string, string])[] = [
    [medianFile > limits.medianFile, 'src', `The median file has ${medianFile} bytes, more than ${limits.medianFile}.`],
    [
      largestFile.bytes > limits.largestFile,
      largestFile.path,
      `This file has ${largestFile.bytes} bytes, more than ${limits.largestFile}.`,
    ],
    [
      medianFunction > limits.medianFunction,
      'src',
      `The median function has ${medianFunction} lines, more than ${limits.medianFunction}.`,
    ],
    [
      sharedLines > limits.sharedLines,
      'src/shared',
      `It has ${sharedLines} lines, more than ${limits.sharedLines}: what only one floor uses belongs there.`,
    ],
  ];
  return [
    ...tooMuch.filter(([broken]) => broken).map(([, path, what]) => ({ path, what, remedy: 'Split it by concept.' })),
    ...sources.filter(({ path }) => misleading.test(path)).map(misleadingFolder),
  ];
}

function misleadingFolder({ path }: Source): Violation {
  return {
    path,
    what: 'A product folder is called like a folder of tests or of build results.',
    remedy: 'Name it after what it does.',
  };
}

function bySize(a: { readonly bytes: number }, b: { readonly bytes: number }): number {
  return a.bytes - b.bytes;
}

function quantile<T>(sorted: readonly T[], q: number): T | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function lineCount(text: string): number {
  return text.split('\n').length - 1;
}
