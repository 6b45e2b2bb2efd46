import { type Action, runCommand, setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sentence, systemSays } from '../shared/errors/thrown.ts';

/** A command line that cannot be carried out as written; the program ends with exit code 2. */
function usage(what: string, why: string, remedy: string, actions: readonly Action[] = []): RetuneError {
  return new RetuneError({ code: 'cli.usage', what, why, remedy, actions });
}

/** @param why what commander says is wrong, as a sentence */
export function commandLineRefused(why: string): RetuneError {
  return usage('The command line cannot be carried out.', why, 'The help lists what is possible.', [
    runCommand('help'),
  ]);
}

export function isUsage(error: unknown): boolean {
  return error instanceof RetuneError && error.code === 'cli.usage';
}

/** @param option the flag that named the file */
export function inputUnreadable(option: string, path: string, cause: unknown): RetuneError {
  return new RetuneError({
    code: 'cli.input-unreadable',
    what: `The file ${path} cannot be read.`,
    why: systemSays(cause),
    remedy: 'Give the path of a UTF-8 text file.',
    data: { option, path },
    cause,
  });
}

export function messagesInvalid(path: string, detail: string): RetuneError {
  return new RetuneError({
    code: 'cli.messages-invalid',
    what: `${path} does not hold a list of chat messages.`,
    why: sentence(detail),
    remedy: 'Write a JSON array like [{"role": "user", "content": "…"}]; roles are system, user, assistant and tool.',
    data: { path },
  });
}

/** @param found what is in it, or why that cannot be said */
export function outputOccupied(directory: string, found: string): RetuneError {
  return new RetuneError({
    code: 'cli.output-occupied',
    what: `The output directory ${directory} is not empty and is not an adapter.`,
    why: `It contains ${found}; writing there could overwrite something else.`,
    remedy: 'Choose a new or empty directory, or one that holds an earlier adapter.',
    actions: [setOption('output')],
    data: { directory, found },
  });
}

export function sidecarCommandInvalid(value: string): RetuneError {
  return usage(
    'The command that starts the model process cannot be used.',
    `It must be a JSON array of strings, but it is: ${sentence(value)}`,
    'Correct it, or unset it to use the model process of this installation.',
    [setOption('sidecarCommand', '["ssh", "gpu-box", "retune-sidecar"]')],
  );
}

export function blockWithoutUse(block: number, dtype: string): RetuneError {
  const why =
    dtype === 'fp32'
      ? 'Weights in fp32 are not quantised, so they have no blocks.'
      : `Blocks of ${dtype} are always 32.`;
  return usage(`${dtype} weights cannot have blocks of ${block}.`, why, 'Choose int4, or leave the block size out.', [
    setOption('dtype', 'int4'),
  ]);
}

export function promptMissing(): RetuneError {
  return usage(
    'There is nothing to answer.',
    'Neither a prompt nor a list of messages was given.',
    'Give one of them.',
    [setOption('prompt', 'your question'), setOption('messages')],
  );
}

export function updateRolledBack(reason: string): RetuneError {
  return new RetuneError({
    code: 'cli.update-rolled-back',
    what: 'The update was rolled back; no adapter was written.',
    why: `The trust region refused it: ${reason}.`,
    remedy: 'Try a larger beta (a smaller step), the other solver, or another completion.',
    actions: [setOption('beta'), setOption('solver')],
    data: { reason },
  });
}

export function modelMissing(): RetuneError {
  return usage(
    'No model was named.',
    'Retune runs a model on this machine, and this build comes without one.',
    'Name a checkpoint directory in Hugging Face layout, or a GGUF file.',
    [setOption('model')],
  );
}

export function requestMissing(argument: string | undefined): RetuneError {
  return usage(
    'The request is missing.',
    argument === undefined ? 'The command has no argument.' : `The only argument, ${argument}, is a folder.`,
    'Say in a sentence what is wrong, as in the example.',
    [runCommand('fix', { args: ['.', 'empty input throws'] })],
  );
}

/** @param why one clause without a full stop */
export function folderInvalid(folder: string, why: string): RetuneError {
  return usage(
    `${folder} cannot be used as the workspace folder.`,
    `${why}.`,
    'Give the path of a folder with code and tests.',
  );
}

export function sessionUnknown(session: string, folder: string, known: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'session.unknown',
    what: `${folder} has no session ${session}.`,
    why: known.length === 0 ? 'This folder has no sessions.' : `The newest session is ${known[0]}.`,
    remedy: 'List the sessions and choose one of them, or name another workspace folder.',
    actions: [runCommand('sessions', { folder }), setOption('folder')],
    data: { session, folder, known: known.slice(0, 20) },
  });
}

export function nothingToUndo(folder: string): RetuneError {
  return new RetuneError({
    code: 'session.nothing-to-undo',
    what: `There is nothing to undo in ${folder}.`,
    why: 'No file holds an attempt of a session any more.',
    remedy: 'List the sessions of this folder, or name another workspace folder.',
    actions: [runCommand('sessions', { folder }), setOption('folder')],
    data: { folder },
  });
}

export function replayBusy(directory: string, pid: unknown, host: unknown): RetuneError {
  return new RetuneError({
    code: 'replay.busy',
    what: `Another run is writing its results to ${directory}.`,
    why: `Process ${pid} on ${host} holds it; two runs at once would overwrite each other's results.`,
    remedy:
      'Wait until it ends or stop it (this command then resumes where it stopped), or choose another output directory.',
    actions: [setOption('output')],
    data: { directory, pid, host },
  });
}
