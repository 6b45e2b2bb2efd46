import { runCommand } from './actions.ts';
import { RetuneError } from './retune-error.ts';
import { messageOf, sentenceOf } from './thrown.ts';

/** Anything thrown that is no {@link RetuneError}: a bug of ours, reported as such. */
export function unforeseen(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'unforeseen',
    what: 'An unexpected error occurred in Retune.',
    why: sentenceOf(cause),
    remedy:
      'This is a bug: please report it, with the record of the session if there is one. What a session wrote into your files can be undone.',
    actions: [runCommand('undo')],
    data: { detail: messageOf(cause), ...(cause instanceof Error && cause.stack && { stack: cause.stack }) },
    cause,
  });
}
