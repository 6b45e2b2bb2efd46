import { totalmem } from 'node:os';
import process from 'node:process';

/** What decides which models can adapt here. */
export interface Machine {
  /** Bytes, within the container's limit. What is free at the moment would make the choice another one from run to run. */
  readonly memory: number;
}

export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  return { memory: limit > 0 ? Math.min(limit, totalmem()) : totalmem() };
}

/** An update in int8 with layer checkpointing, measured on models of 0.1 to 1.5 B parameters. */
const fixedBytes = 2 ** 30;
const bytesPerParameter = 3.2;
/** The rest is for the editor and the tests. */
const usableShare = 0.6;

/** @param parameters undefined where a model does not tell: then nothing is promised */
export function updateFits(parameters: number | undefined, { memory }: Machine): boolean {
  return parameters !== undefined && fixedBytes + bytesPerParameter * parameters <= usableShare * memory;
}
