import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors about converting weights and keeping them in the cache. */

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Found before anything was written. Sizes in bytes. */
export function noSpaceForWeights(directory: string, needed: number, free: number): RetuneError {
  return new RetuneError({
    code: 'checkpoint.no-space',
    what: `There is not enough space in ${directory} for the converted weights.`,
    why: `They need ${gigabytes(needed)} (${needed} bytes), but only ${gigabytes(free)} (${free} bytes) are free.`,
    remedy:
      'Free some space, choose a smaller dtype (int4, int8), or set RETUNE_CACHE to a directory on a larger disk.',
    data: { directory, needed, free },
  });
}

/** The disk (or a quota) became full while writing; what was written has been removed. */
export function diskFilledUp(directory: string, needed: number, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'checkpoint.disk-full',
    what: `Writing the converted weights to ${directory} failed because the space ran out.`,
    why: `They need ${gigabytes(needed)} (${needed} bytes); the system said: ${messageOf(cause)}. The partial file was removed.`,
    remedy: 'Free some space or raise the quota, or set RETUNE_CACHE to a directory on a larger disk.',
    data: { directory, needed },
    cause,
  });
}

export function cacheNotWritable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'checkpoint.cache-not-writable',
    what: `The cache directory ${directory} cannot be written.`,
    why: `The system said: ${messageOf(cause)}.`,
    remedy: 'Correct its permissions, or set RETUNE_CACHE to a directory that you may write.',
    data: { directory },
    cause,
  });
}

/** `columns`: the input size of the linear, which blocks must divide. */
export function blockDoesNotDivide(tensor: string, columns: number, block: number): RetuneError {
  const smaller = [64, 32].filter((size) => size < block && columns % size === 0);
  return new RetuneError({
    code: 'checkpoint.block-does-not-divide',
    what: `The tensor ${tensor} cannot be quantised in blocks of ${block}.`,
    why: `Its rows have ${columns} values, which is not a multiple of ${block}.`,
    remedy: smaller.length > 0 ? `Use a block of ${smaller[0]}, or the dtype fp32.` : 'Use the dtype fp32.',
    data: { tensor, columns, block },
  });
}

export function unsupportedBlock(dtype: string, block: unknown, supported: readonly number[]): RetuneError {
  return new RetuneError({
    code: 'checkpoint.unsupported-block',
    what: `Weights of the dtype ${dtype} cannot have blocks of ${String(block)}.`,
    why: `Supported block sizes for ${dtype}: ${supported.join(', ')}.`,
    remedy: 'Choose one of these block sizes.',
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

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
