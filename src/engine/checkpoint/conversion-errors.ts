import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { messageOf, systemSays } from '../../shared/errors/thrown.ts';

/** Errors about converting weights and keeping them in the cache. */

const elsewhere = setOption('cacheDirectory');

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Found before anything was written. Sizes in bytes. */
export function noSpaceForWeights(directory: string, needed: number, free: number): RetuneError {
  return new RetuneError({
    code: 'checkpoint.no-space',
    what: `There is not enough space in ${directory} for the converted weights.`,
    why: `They need ${gigabytes(needed)} (${needed} bytes), but only ${gigabytes(free)} (${free} bytes) are free.`,
    remedy: 'Free some space, choose a smaller number format (int8 or int4), or put the cache on a larger disk.',
    actions: [setOption('dtype', 'int4'), elsewhere],
    data: { directory, needed, free },
  });
}

/** The disk (or a quota) became full while writing; what was written has been removed. */
export function diskFilledUp(directory: string, needed: number, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'checkpoint.disk-full',
    what: `The disk filled up while the converted weights were written to ${directory}.`,
    why: `They need ${gigabytes(needed)} (${needed} bytes); the system says: ${messageOf(cause)}. The partial file was removed.`,
    remedy: 'Free some space, raise the quota, or put the cache on a larger disk.',
    actions: [elsewhere],
    data: { directory, needed },
    cause,
  });
}

export function cacheNotWritable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'checkpoint.cache-not-writable',
    what: `Retune cannot write to the cache directory ${directory}.`,
    why: systemSays(cause),
    remedy: 'Make the directory writable, or put the cache elsewhere.',
    actions: [elsewhere],
    data: { directory },
    cause,
  });
}

/** `columns`: the input size of the linear, which blocks must divide. */
export function blockDoesNotDivide(tensor: string, columns: number, block: number): RetuneError {
  const [smaller] = [64, 32].filter((size) => size < block && columns % size === 0);
  const fp32 = setOption('dtype', 'fp32');
  return new RetuneError({
    code: 'checkpoint.block-does-not-divide',
    what: `The tensor ${tensor} cannot be quantised in blocks of ${block}.`,
    why: `Its rows have ${columns} values, which is not a multiple of ${block}.`,
    remedy: smaller === undefined ? 'Use fp32 weights.' : `Use blocks of ${smaller}, or fp32 weights.`,
    actions: smaller === undefined ? [fp32] : [setOption('blockSize', String(smaller)), fp32],
    data: { tensor, columns, block },
  });
}

export function unsupportedBlock(dtype: string, block: unknown, supported: readonly number[]): RetuneError {
  return new RetuneError({
    code: 'checkpoint.unsupported-block',
    what: `${dtype} weights cannot have blocks of ${String(block)}.`,
    why: `Supported block sizes for ${dtype}: ${supported.join(', ')}.`,
    remedy: 'Choose one of these block sizes.',
    actions: supported.map((size) => setOption('blockSize', String(size))),
    data: { dtype, block, supported },
  });
}

export function sourceChanged(path: string): RetuneError {
  return new RetuneError({
    code: 'checkpoint.source-changed',
    what: `${path} changed while it was being converted.`,
    why: 'Another program wrote to it at the same time.',
    remedy: 'Wait until the model is completely written, then start again.',
    data: { path },
  });
}
