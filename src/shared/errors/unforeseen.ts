import { RetuneError } from './retune-error.ts';

/** Anything thrown that is no {@link RetuneError}: a bug of ours, told as such. */
export function unforeseen(cause: unknown): RetuneError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new RetuneError({
    code: 'unforeseen',
    what: 'Retune met an unexpected error.',
    why: /[.!?]$/.test(text) ? text : `${text}.`,
    remedy:
      'This is a bug: please report it, with the session’s record if there is one. Your files are under `retune undo`.',
    data: { detail: text, ...(cause instanceof Error && cause.stack ? { stack: cause.stack } : {}) },
    cause,
  });
}
