import { RetuneError } from '../shared/errors/retune-error.ts';

/** A command line that cannot be carried out as written; the program ends with exit code 2. */
export function usage(what: string, why: string, remedy: string): RetuneError {
  return new RetuneError({ code: 'cli.usage', what, why, remedy });
}

export function isUsage(error: unknown): boolean {
  return error instanceof RetuneError && error.code === 'cli.usage';
}

export function inputUnreadable(option: string, path: string, cause: unknown): RetuneError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RetuneError({
    code: 'cli.input-unreadable',
    what: `The file of ${option}, ${path}, cannot be read.`,
    why: `The system says: ${why}.`,
    remedy: 'Give the path of a UTF-8 text file.',
    data: { option, path },
    cause,
  });
}

export function messagesInvalid(path: string, detail: string): RetuneError {
  return new RetuneError({
    code: 'cli.messages-invalid',
    what: `${path} holds no list of chat messages.`,
    why: `${detail}.`,
    remedy: 'Write a JSON array like [{"role": "user", "content": "…"}]; roles are system, user, assistant and tool.',
    data: { path },
  });
}

export function outputOccupied(directory: string, found: string): RetuneError {
  return new RetuneError({
    code: 'cli.output-occupied',
    what: `The output directory ${directory} is not empty and is no adapter.`,
    why: `It contains ${found}; writing there could overwrite something else.`,
    remedy: 'Give --out a new or empty directory, or one that holds an earlier adapter.',
    data: { directory, found },
  });
}

export function sidecarCommandInvalid(value: string): RetuneError {
  return usage(
    'RETUNE_SIDECAR_COMMAND cannot be used.',
    `It must be a JSON array of strings, and is: ${value}.`,
    'Set it to something like ["ssh", "gpu-box", "retune-sidecar"], or unset it.',
  );
}

export function blockWithoutUse(block: number, dtype: string): RetuneError {
  const why =
    dtype === 'fp32'
      ? 'Weights in fp32 are not quantised, so they have no blocks.'
      : `Blocks of ${dtype} are always 32.`;
  return usage(`--block ${block} does not go with ${dtype}.`, why, 'Add --dtype int4, or leave --block out.');
}

export function updateRolledBack(reason: string): RetuneError {
  return new RetuneError({
    code: 'cli.update-rolled-back',
    what: 'The update was rolled back; no adapter was written.',
    why: `The trust region refused it: ${reason}.`,
    remedy: 'Try a larger --beta (a smaller step), the other --solver, or another completion.',
    data: { reason },
  });
}

export function modelMissing(): RetuneError {
  return usage(
    'No model was named.',
    'Retune runs a model on this machine and has none of its own in this build.',
    'Give a checkpoint directory in Hugging Face layout with --model DIR, or set RETUNE_MODEL.',
  );
}

export function requestMissing(argument: string | undefined): RetuneError {
  return usage(
    'It was not said what is wrong.',
    argument === undefined ? 'There is no argument.' : `The only argument, ${argument}, is a folder.`,
    'Type for example: retune fix . "empty input throws"',
  );
}

export function folderInvalid(folder: string, why: string): RetuneError {
  return usage(
    `${folder} cannot be used as workspace folder.`,
    `${why}.`,
    'Give the path of a folder with code and tests.',
  );
}
