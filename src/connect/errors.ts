import { setOption } from '../shared/errors/actions.ts';
import { cancelled } from '../shared/errors/cancelled.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sentence, sentenceOf } from '../shared/errors/thrown.ts';

/** Settings that name an engine which this release does not have. */
export function engineUnknown(named: string, usages: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'connect.engine-unknown',
    what: `There is no engine called ${JSON.stringify(named.split(':', 1)[0])}.`,
    why: `Models are run by: ${usages.join(', ')}.`,
    remedy: 'Name one of these, or none for the engine that comes with Retune.',
    actions: usages.map((usage) => setOption('engine', usage)),
    data: { engine: named },
  });
}

/** Adapters of workspaces are asked for, and the engine has none. */
export function nothingKept(engine: string): RetuneError {
  return new RetuneError({
    code: 'connect.nothing-kept',
    what: `Models of the engine ${engine} learn nothing from accepted answers.`,
    why: 'They only answer; their weights cannot be changed.',
    remedy: 'Name a checkpoint directory and no engine.',
    actions: [setOption('model')],
    data: { engine },
  });
}

/** What follows the engine's name is no address. */
export function addressInvalid(usage: string, address: string): RetuneError {
  return new RetuneError({
    code: 'connect.address-invalid',
    what: `${JSON.stringify(address)} is not the address of a server.`,
    why: `The engine is named like ${usage}, with an address that begins with http:// or https:// and holds no name or password.`,
    remedy: 'Give the base address of the server, which often ends in /v1.',
    actions: [setOption('engine', usage)],
    data: { address },
  });
}

/** No connection, or it ended before there was an answer. */
export function unreachable(host: string, cause: unknown): RetuneError {
  const deeper = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return new RetuneError({
    code: 'connect.unreachable',
    what: `The model server ${host} does not answer.`,
    why: sentenceOf(deeper),
    remedy: 'Start the server, or correct its address.',
    actions: [setOption('engine')],
    data: { host },
    cause,
  });
}

/** 401 or 403. The key itself is in no message. */
export function keyRefused(host: string, hasKey: boolean): RetuneError {
  return new RetuneError({
    code: 'connect.key-refused',
    what: `The model server ${host} refuses the request.`,
    why: hasKey ? 'It does not accept the key that was sent.' : 'It asks for a key, and none was sent.',
    remedy: 'Set the environment variable for it to a valid key, and start Retune again.',
    actions: [setOption('apiKey')],
    data: { host, hasKey },
  });
}

/** 404: the model, or the whole interface below this address. */
export function modelUnknown(host: string, words: string): RetuneError {
  return new RetuneError({
    code: 'connect.model-unknown',
    what: `The model server ${host} does not know the model, or has nothing at this address.`,
    why: quoted(words),
    remedy: 'Name a model that it serves, and give the base address of the server, which often ends in /v1.',
    actions: [setOption('model'), setOption('engine')],
    data: { host, said: words },
  });
}

/** None or several models are served, and none was named. */
export function modelUnnamed(host: string, served: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'connect.model-unnamed',
    what: `It is not clear which model of ${host} to use.`,
    why: served.length === 0 ? 'The server does not list its models.' : `It serves ${served.join(', ')}.`,
    remedy: 'Name one of its models.',
    actions: [setOption('model', served[0])],
    data: { host, served },
  });
}

/** 429. @param after the header `retry-after`: seconds or a date */
export function tooManyRequests(host: string, after: string | null, words: string): RetuneError {
  return new RetuneError({
    code: 'connect.too-many-requests',
    what: `The model server ${host} accepts no more requests at the moment.`,
    why: quoted(words),
    remedy: /^\d+$/.test(after ?? '') ? `Try again after ${after} s.` : 'Try again later.',
    data: { host, after },
  });
}

/** Any other status, redirections included, or an error in the middle of an answer. */
export function serverFailed(host: string, status: number | undefined, words: string): RetuneError {
  const redirected = status !== undefined && status >= 300 && status < 400;
  return new RetuneError({
    code: 'connect.server-failed',
    what: `The model server ${host} could not answer${status === undefined ? '' : ` (status ${status})`}.`,
    why: redirected
      ? 'It redirects to another address, and nothing is sent to an address that you did not give.'
      : quoted(words),
    remedy: redirected
      ? 'Give the address that it redirects to, if you trust it.'
      : 'Look at the log of the server, and try again.',
    ...(redirected && { actions: [setOption('engine')] }),
    data: { host, said: words, ...(status !== undefined && { status }) },
  });
}

/** Something answered, but not as the interface prescribes. */
export function notUnderstood(host: string, detail: string): RetuneError {
  return new RetuneError({
    code: 'connect.not-understood',
    what: `${host} does not answer like a model server.`,
    why: sentence(detail),
    remedy: 'Give the base address of the server, which often ends in /v1.',
    actions: [setOption('engine')],
    data: { host, detail },
  });
}

/** The connection ended in the middle of an answer. */
export function streamBroken(host: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'connect.stream-broken',
    what: `The model server ${host} ended the connection in the middle of an answer.`,
    why: cause === undefined ? 'It reported neither the end of the answer nor an error.' : sentenceOf(cause),
    remedy: 'Look at the log of the server, and try again.',
    data: { host },
    cause,
  });
}

/** A prompt that is no chat. */
export function chatOnly(host: string): RetuneError {
  return new RetuneError({
    code: 'connect.chat-only',
    what: `${host} cannot be given a raw prompt.`,
    why: 'A model that is served elsewhere is asked with chat messages, which its own template turns into a prompt.',
    remedy: 'Leave out the option for a raw prompt.',
    data: { host },
  });
}

/** What the developer stopped is cancelled, whatever it looked like. */
export function cancelledOr(signal: AbortSignal, error: RetuneError): RetuneError {
  return signal.aborted ? cancelled('The request') : error;
}

function quoted(words: string): string {
  return words === '' ? 'It gives no reason.' : `It says: ${sentence(words)}`;
}
