import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';

/** What is known of a process that ended. */
export interface ExitFacts {
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines the process wrote to stderr, or to stdout outside the protocol; oldest first. */
  readonly lastWords: readonly string[];
}

const SHOWN_LINES = 12;

/** Ends of the process, of its worker, and of the model in it. */
const gone = new Set(
  ['crashed', 'hung', 'garbled', 'stopped', 'worker-crashed', 'model-not-open'].map((code) => `sidecar.${code}`),
);

/** Whether a request failed because its model is no longer in memory. */
export function isModelGone(error: unknown): boolean {
  return error instanceof RetuneError && gone.has(error.code);
}

/** The command of the sidecar could not be executed at all. */
export function cannotStart(command: readonly string[], cause: Error): RetuneError {
  return new RetuneError({
    code: 'sidecar.cannot-start',
    what: `The model process could not be started with \`${command.join(' ')}\`.`,
    why: `The system says: ${cause.message}.`,
    remedy: 'Check the command of the model process.',
    actions: [setOption('sidecarCommand')],
    data: { command },
    cause,
  });
}

/** No answer to `initialize` in time. */
export function handshakeTimeout(
  command: readonly string[],
  milliseconds: number,
  lastWords: readonly string[],
): RetuneError {
  return new RetuneError({
    code: 'sidecar.handshake-timeout',
    what: `The model process did not answer within ${milliseconds / 1000} s after \`${command.join(' ')}\`.`,
    why: said(lastWords),
    remedy:
      'Try again. A command of your own must start `retune-sidecar` within that time and must not ask for a password.',
    actions: [setOption('sidecarCommand')],
    data: { command, milliseconds, lastWords },
  });
}

/** Client and sidecar are of different releases. */
export function versionMismatch(client: number, sidecar: number): RetuneError {
  const older = client < sidecar ? 'this Retune' : 'the sidecar';
  return new RetuneError({
    code: 'sidecar.version-mismatch',
    what: `The sidecar speaks protocol version ${sidecar}, this Retune speaks version ${client}.`,
    why: `They come from different releases; ${older} is older.`,
    remedy: 'Install the same release of Retune on both sides of `retune.sidecar.command`.',
    data: { client, sidecar },
  });
}

/** The process ended while it was needed. */
export function crashed(facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.crashed',
    what: `The model process ended unexpectedly (${how(facts)}).`,
    why: said(facts.lastWords),
    remedy: 'Try again: it is started anew, with its adapters as they were after the last accepted update.',
    data: { ...facts },
  });
}

/** It answers no pings any more and was ended by us. */
export function hung(milliseconds: number, facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.hung',
    what: `The model process gave no sign of life for ${milliseconds / 1000} s and was ended.`,
    why: said(facts.lastWords),
    remedy: 'Try again; if it happens often, the machine may be out of memory: choose a smaller model or dtype.',
    data: { ...facts, milliseconds },
  });
}

/** Too many crashes in a short time: starting again would only repeat it. */
export function crashLoop(crashes: number, seconds: number, facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.crash-loop',
    what: `The model process ended unexpectedly ${crashes} times within ${seconds} s (the last time: ${how(facts)}).`,
    why: said(facts.lastWords),
    remedy: 'It is started again when you give the next command. `retune doctor` tells what is wrong with the runtime.',
    data: { ...facts, crashes, seconds },
  });
}

/** Bytes on the protocol stream that are neither a message nor a stray line. */
export function garbled(command: readonly string[], detail: string, lastWords: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'sidecar.garbled',
    what: `The model process sent a message that cannot be read (${detail}).`,
    why: `Something else wrote into its output stream. ${said(lastWords)}`,
    remedy: `Try again; if it repeats, let \`${command.join(' ')}\` print nothing to standard output by itself.`,
    data: { command, detail, lastWords },
  });
}

/** The worker thread died; the process lives. */
export function workerCrashed(detail: string): RetuneError {
  return new RetuneError({
    code: 'sidecar.worker-crashed',
    what: 'The thread that runs the model ended unexpectedly.',
    why: `${sentence(detail)}`,
    remedy: 'Try again: it is started anew, with its adapters as they were after the last accepted update.',
    data: { detail },
  });
}

/** A request for a model that this process has not opened; the client answers it by opening the model again. */
export function modelNotOpen(model: string, open: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'sidecar.model-not-open',
    what: `The model “${model}” is not open in this process.`,
    why: open.length === 0 ? 'No model is open.' : `Open are: ${open.join(', ')}.`,
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

/** The client was disposed, or its sidecar stopped on request, while something waited for an answer. */
export function stopped(): RetuneError {
  return new RetuneError({
    code: 'sidecar.stopped',
    what: 'The model process was stopped.',
    why: 'It was asked to stop while a request waited for an answer.',
    remedy: 'Start the request again when you want it.',
  });
}

/** The engine's code or its native library does not load; everything else of the sidecar works. */
export function engineUnavailable(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.engine-unavailable',
    what: 'The local model engine could not be loaded.',
    why: sentence(text(cause)),
    remedy: 'Run `npm install` in the folder of Retune (or install the extension anew), then `retune doctor`.',
    data: { detail: text(cause) },
    cause,
  });
}

/** An error nobody foresaw; the stack goes to the log. */
export function internal(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.internal',
    what: 'The model process met an unexpected error.',
    why: sentence(text(cause)),
    remedy: 'Try again; if it repeats, report it together with the sidecar’s log.',
    data: { detail: text(cause), ...(cause instanceof Error && cause.stack ? { stack: cause.stack } : {}) },
    cause,
  });
}

/** The directory for crash-safe adapters cannot be used. */
export function stateDirectoryUnusable(directory: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.state-directory',
    what: `The directory for the adapters of running sessions, ${directory}, cannot be used.`,
    why: `The system says: ${text(cause)}.`,
    remedy: 'Make it writable or give another one.',
    data: { directory },
    cause,
  });
}

function how(facts: ExitFacts): string {
  if (facts.signal !== null) return `signal ${facts.signal}`;
  return facts.exitCode === null ? 'it closed its output' : `exit code ${facts.exitCode}`;
}

function said(lines: readonly string[]): string {
  if (lines.length === 0) return 'It printed nothing before.';
  return `Its last words were:\n${lines.slice(-SHOWN_LINES).join('\n')}\n`;
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
