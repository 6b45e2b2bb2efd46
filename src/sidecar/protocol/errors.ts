import { setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { messageOf, sentenceOf } from '../../shared/errors/thrown.ts';

/** Errors that either side of the wire may find. */

/** Client and sidecar come from different releases. */
export function versionMismatch(client: number, sidecar: number): RetuneError {
  const older = client < sidecar ? 'this Retune' : 'the model process';
  return new RetuneError({
    code: 'sidecar.version-mismatch',
    what: `The model process speaks protocol version ${sidecar}, but this Retune speaks version ${client}.`,
    why: `They come from different releases; ${older} is older.`,
    remedy: 'Install the same release of Retune here and where the model process runs.',
    actions: [setOption('sidecarCommand')],
    data: { client, sidecar },
  });
}

/** An error nobody foresaw; the stack goes to the log. */
export function internal(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.internal',
    what: 'An unexpected error occurred in the model process.',
    why: sentenceOf(cause),
    remedy: 'Try again. If it happens again, please report it together with the log of the model process.',
    data: { detail: messageOf(cause), ...(cause instanceof Error && cause.stack && { stack: cause.stack }) },
    cause,
  });
}
