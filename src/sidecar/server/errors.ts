import { runCommand, setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { messageOf, sentence, sentenceOf, systemSays } from '../../shared/errors/thrown.ts';

/** Errors that the model process finds in itself and in what it is asked. */

/** The worker thread died; the process lives. */
export function workerCrashed(detail: string): RetuneError {
  return new RetuneError({
    code: 'sidecar.worker-crashed',
    what: 'The thread that runs the model ended unexpectedly.',
    why: sentence(detail),
    remedy: 'Try again: it is restarted, with its adapters as they were after the last accepted update.',
    data: { detail },
  });
}

/** A request for a model that this process has not opened; the client answers it by opening the model again. */
export function modelNotOpen(model: string, open: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'sidecar.model-not-open',
    what: `The model “${model}” is not open in this process.`,
    why: open.length === 0 ? 'No model is open.' : `The open models are ${open.join(', ')}.`,
    remedy: 'Open it first.',
    data: { model, open },
  });
}

/** A name from a client that is to become a folder. */
export function badModelName(model: string): RetuneError {
  return new RetuneError({
    code: 'sidecar.bad-model-name',
    what: `${JSON.stringify(model.slice(0, 80))} cannot name an open model.`,
    why: 'It becomes a folder name, so it must be 1 to 64 letters, digits and hyphens.',
    remedy: 'Use a UUID.',
    data: { model: model.slice(0, 80) },
  });
}

export function modelAlreadyOpen(model: string): RetuneError {
  return new RetuneError({
    code: 'sidecar.model-already-open',
    what: `A model is already open under the name “${model}”.`,
    why: 'Each open model needs a name of its own.',
    remedy: 'Close it first, or choose another name.',
    data: { model },
  });
}

export function notInitialized(method: string): RetuneError {
  return new RetuneError({
    code: 'sidecar.not-initialized',
    what: `The request ${method} came before initialize.`,
    why: 'The first request must be initialize, which compares the protocol versions.',
    remedy: 'Start the sidecar through a Retune client.',
    data: { method },
  });
}

/** The engine's code or its native library does not load; everything else of the sidecar works. */
export function engineUnavailable(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.engine-unavailable',
    what: 'The local model engine could not be loaded.',
    why: sentenceOf(cause),
    remedy: 'Reinstall Retune (in a source tree: `npm install`), then run the doctor.',
    actions: [runCommand('doctor')],
    data: { detail: messageOf(cause) },
    cause,
  });
}

/** The directory for crash-safe adapters cannot be used. */
export function stateDirectoryUnusable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.state-directory',
    what: `The directory for the adapters of running sessions, ${directory}, cannot be used.`,
    why: systemSays(cause),
    remedy: 'Make it writable, or keep the state of Retune elsewhere.',
    actions: [setOption('stateDirectory')],
    data: { directory },
    cause,
  });
}
