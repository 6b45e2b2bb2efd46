import { runCommand, setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sentence, sentenceOf } from '../shared/errors/thrown.ts';

/** No checkpoint was named; the editor offers to open the setting. */
export function noModel(): RetuneError {
  return new RetuneError({
    code: 'extension.no-model',
    what: 'Retune has no model yet.',
    why: 'No model folder is set, and nothing is downloaded unasked.',
    remedy: 'Set the model to a folder with config.json, *.safetensors and tokenizer.json, or to a GGUF file.',
    actions: [setOption('model')],
  });
}

/** The embedded model lies on this machine, and a command of the developer's own may run on another one. */
export function noRemoteModel(command: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'extension.no-remote-model',
    what: 'Retune does not know which model to open.',
    why: `No model folder is set. The model process is started with \`${command.join(' ')}\`, which may run on another machine, and the embedded model lies on this one.`,
    remedy: 'Set the model folder to a checkpoint on the machine that the command runs on.',
    actions: [setOption('model'), setOption('sidecarCommand')],
    data: { command },
  });
}

/** The command needs a file in an editor. */
export function noFile(): RetuneError {
  return new RetuneError({
    code: 'extension.no-file',
    what: 'Retune needs to know which code is wrong.',
    why: 'No file is open in the active editor.',
    remedy: 'Open the file with the bug, put the cursor in the function, and choose the command again.',
  });
}

/** The file in the editor is not in a workspace folder on disk. */
export function outsideWorkspace(uri: string): RetuneError {
  return new RetuneError({
    code: 'extension.outside-workspace',
    what: `Retune cannot work on ${uri}.`,
    why: 'It is not in a folder that is open in this window, so there are no tests to judge a change.',
    remedy: 'Open the folder of the project (File: Open Folder…), then the file in it.',
    data: { uri },
  });
}

/** Restricted Mode: nothing may be run or written. */
export function untrusted(): RetuneError {
  return new RetuneError({
    code: 'extension.untrusted',
    what: 'Retune does nothing in an untrusted workspace.',
    why: 'It would run the tests of the workspace and change its files.',
    remedy: 'Trust the workspace if you know where it comes from, then choose the command again.',
    actions: [runCommand('manageTrust')],
  });
}

/** A second command while a session is under way. */
export function busy(): RetuneError {
  return new RetuneError({
    code: 'extension.busy',
    what: 'Retune is already at work in this window.',
    why: 'Only one session at a time changes files and runs tests.',
    remedy: 'Wait until it ends, or stop it.',
    actions: [runCommand('stop')],
  });
}

/** The developer's editors could not be saved before the tests run. */
export function notSaved(path: string): RetuneError {
  return new RetuneError({
    code: 'extension.not-saved',
    what: `${path} could not be saved.`,
    why: 'Retune and the tests see only what is on disk.',
    remedy: 'Save it yourself, then choose the command again.',
    data: { path },
  });
}

/** Something nobody foresaw, in the editor's own code. */
export function unexpected(cause: unknown): RetuneError {
  return new RetuneError({
    code: 'extension.unexpected',
    what: 'An unexpected error occurred in Retune.',
    why: sentenceOf(cause),
    remedy: 'Try again. If it happens again, please report it together with the log.',
    cause,
  });
}

/** Undo would write under an editor whose text is not on disk. */
export function unsavedInReview(path: string): RetuneError {
  return new RetuneError({
    code: 'extension.unsaved-in-review',
    what: 'Nothing has been undone yet.',
    why: `${path} has unsaved changes in its editor, which undo would conflict with.`,
    remedy: 'Revert the file (File: Revert File) or save it, then choose Undo again.',
    data: { path },
  });
}

/** The worker died while a change waited for a decision. */
export function reviewLost(files: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'extension.review-lost',
    what: `The change in ${files.join(', ')} can no longer be kept or undone here.`,
    why: 'The thread that ran the session ended unexpectedly.',
    remedy:
      'The files stay as they are. Undo the session to restore them; if its folder is still in use, reload the window first.',
    actions: [runCommand('undo')],
    data: { files },
  });
}

/** The thread that runs sessions died. Files may hold an attempt; the next session in the folder names it. */
export function workerEnded(why: string): RetuneError {
  return new RetuneError({
    code: 'extension.worker-ended',
    what: 'The thread that runs Retune’s sessions ended unexpectedly.',
    why: `It said: ${sentence(why)}`,
    remedy: 'Start again: Retune then shows which files still hold the unfinished attempt, and offers to undo it.',
    actions: [runCommand('fix')],
    data: { why },
  });
}

export function isWorkerEnded(error: unknown): boolean {
  return error instanceof RetuneError && error.code === 'extension.worker-ended';
}
