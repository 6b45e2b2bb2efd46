import { runCommand, setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';
import { systemSays } from '../../shared/errors/thrown.ts';

/** Errors about the model process as its client sees it: how it starts, and how it ends. */

/** What is known of a process that ended. */
export interface ExitFacts {
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines the process wrote to stderr, or to stdout outside the protocol; oldest first. */
  readonly lastWords: readonly string[];
}

const shownLines = 12;
const again = 'Try again: the process is restarted, with its adapters as they were after the last accepted update.';

/** Ends of the process, of its worker, and of the model in it. */
const gone = new Set(
  ['crashed', 'hung', 'garbled', 'stopped', 'worker-crashed', 'model-not-open'].map((code) => `sidecar.${code}`),
);

/** Whether a request failed because its model is no longer in memory. */
export function isModelGone(error: unknown): boolean {
  return error instanceof RetuneError && gone.has(error.code);
}

/** The command of the sidecar could not be executed at all. */
export function cannotStart(command: readonly string[], cause: unknown): RetuneError {
  return new RetuneError({
    code: 'sidecar.cannot-start',
    what: `The model process could not be started with \`${command.join(' ')}\`.`,
    why: systemSays(cause),
    remedy: 'Check the command that starts the model process.',
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
    what: `The model process did not answer within ${milliseconds / 1000} s of \`${command.join(' ')}\`.`,
    why: printed(lastWords),
    remedy:
      'Try again. A command of your own must start `retune-sidecar` within that time and must not ask for a password.',
    actions: [setOption('sidecarCommand')],
    data: { command, milliseconds, lastWords },
  });
}

/** The process ended while it was needed. */
export function crashed(facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.crashed',
    what: `The model process ended unexpectedly (${how(facts)}).`,
    why: printed(facts.lastWords),
    remedy: again,
    data: { ...facts },
  });
}

/** It no longer answered pings, so we ended it. */
export function hung(milliseconds: number, facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.hung',
    what: `The model process did not respond for ${milliseconds / 1000} s and was ended.`,
    why: printed(facts.lastWords),
    remedy:
      'Try again. If it happens often, the machine may be short of memory: choose a smaller model or number format.',
    actions: [setOption('model'), setOption('dtype', 'int4')],
    data: { ...facts, milliseconds },
  });
}

/** Too many crashes in a short time: starting again would only repeat it. */
export function crashLoop(crashes: number, seconds: number, facts: ExitFacts): RetuneError {
  return new RetuneError({
    code: 'sidecar.crash-loop',
    what: `The model process ended unexpectedly ${crashes} times within ${seconds} s (the last time: ${how(facts)}).`,
    why: printed(facts.lastWords),
    remedy: 'The next command starts it again. If the runtime itself is at fault, the doctor shows it.',
    actions: [runCommand('doctor')],
    data: { ...facts, crashes, seconds },
  });
}

/** Bytes on the protocol stream that are neither a message nor a stray line. */
export function garbled(command: readonly string[], detail: string, lastWords: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'sidecar.garbled',
    what: `The model process sent a message that cannot be read (${detail}).`,
    why: `Something else wrote to its output stream. ${printed(lastWords)}`,
    remedy: `Try again. If it happens again, make sure that \`${command.join(' ')}\` prints nothing of its own to standard output.`,
    actions: [setOption('sidecarCommand')],
    data: { command, detail, lastWords },
  });
}

/** The client was disposed, or its sidecar stopped on request, while something waited for an answer. */
export function stopped(): RetuneError {
  return new RetuneError({
    code: 'sidecar.stopped',
    what: 'The model process was stopped.',
    why: 'It was asked to stop while a request was waiting for an answer.',
    remedy: 'Make the request again if you still want it.',
  });
}

function how({ signal, exitCode }: ExitFacts): string {
  if (signal !== null) return `signal ${signal}`;
  return exitCode === null ? 'it closed its output' : `exit code ${exitCode}`;
}

function printed(lines: readonly string[]): string {
  if (lines.length === 0) return 'It printed nothing before that.';
  return `Its last output was:\n“${lines.slice(-shownLines).join('\n')}”.`;
}
