import type { Competitor } from './compare.ts';
import type { DriverCommand } from './driver.ts';
import { script } from './paths.ts';
import type { LoadRequest } from './protocol.ts';

/** Files and programs that the figures need; an error in place of one that is not available. */
export interface Ingredients {
  readonly checkpoint: string;
  readonly gguf: { readonly 4: string; readonly 8: string };
  /** Model directory for transformers.js, 4 bits. */
  readonly transformers: string;
  /** Why llama.cpp and transformers.js could not be installed. */
  readonly packages: Error | undefined;
  readonly python: string | Error;
}

/** Room for the longest context and the tokens made after it; llama.cpp reserves its cache at once, so no more than needed. */
const contextLength = 1152;

export function ours(
  { checkpoint }: Ingredients,
  bits: LoadRequest['bits'],
  threads: number,
  more: Partial<LoadRequest> = {},
): Competitor {
  return {
    driver: node('ours.ts'),
    load: { op: 'load', model: checkpoint, bits, threads, contextLength, ...more },
  };
}

/** The model in the sidecar, as the extension host has it. */
export function host(found: Ingredients): Competitor {
  return { driver: node('host.ts'), load: ours(found, 8, 1).load };
}

/** The update alone. */
export function oursUpdate(found: Ingredients, threads: number): Competitor {
  return { driver: node('ours-update.ts'), load: ours(found, 32, threads).load };
}

export function llama({ packages, gguf }: Ingredients, bits: 4 | 8, threads: number): Competitor | Error {
  if (packages !== undefined) return packages;
  return { driver: node('peers/llama.ts'), load: { op: 'load', model: gguf[bits], bits, threads, contextLength } };
}

export function transformersJs({ packages, transformers }: Ingredients, threads: number): Competitor | Error {
  if (packages !== undefined) return packages;
  return {
    driver: node('peers/transformers.ts'),
    load: { op: 'load', model: transformers, bits: 4, threads, contextLength },
  };
}

export function torch({ python, checkpoint }: Ingredients, threads: number): Competitor | Error {
  if (python instanceof Error) return python;
  return {
    driver: { command: python, arguments: [script('peers/update.py')] },
    load: { op: 'load', model: checkpoint, bits: 32, threads, contextLength: 0 },
  };
}

function node(file: string): DriverCommand {
  return { command: process.execPath, arguments: ['--disable-warning=ExperimentalWarning', script(file)] };
}
