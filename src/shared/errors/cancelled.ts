import { RetuneError } from './retune-error.ts';

/** The work was stopped by the user or by its caller. Nothing was lost; callers treat it as an outcome, not a failure. */
export function cancelled(what = 'The operation'): RetuneError {
  return new RetuneError({
    code: 'cancelled',
    what: `${what} was cancelled.`,
    why: 'A stop was requested.',
    remedy: 'Start it again when you want to.',
  });
}

export function isCancelled(error: unknown): boolean {
  return error instanceof RetuneError && error.code === 'cancelled';
}

/** Throws {@link cancelled} when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what?: string): void {
  if (signal?.aborted) throw cancelled(what);
}
