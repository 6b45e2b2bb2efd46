import { setOption } from '../shared/errors/actions.ts';
import { RetuneError, type RetuneErrorFields } from '../shared/errors/retune-error.ts';

export function testsNotFound(
  folder: string,
  start: string,
  lookedFor: readonly string[],
  nested: readonly string[],
): RetuneError {
  const where = start === folder ? folder : `${start} and the folders above it up to ${folder}`;
  const below =
    nested.length === 0 ? '' : ` Further down there ${nested.length === 1 ? 'is' : 'are'} ${nested.join(', ')}.`;
  const name = nested.length === 0 ? 'a file beside the tests' : `a file beside ${nested[0]}`;
  return new RetuneError({
    code: 'tests.not-found',
    what: `No tests were found in ${where}.`,
    why: `Retune looked for ${lookedFor.join('; ')}.${below}`,
    remedy: `Name ${name} as the target, or say how the tests are run.`,
    actions: [setOption('target'), setOption('testCommand', 'npm test')],
    data: { folder, start, lookedFor, nested },
  });
}

export function folderMissing(folder: string): RetuneError {
  return wrongUse({
    what: `The folder ${folder} cannot be used.`,
    why: 'It does not exist or is not a folder.',
    remedy: 'Choose a folder with tests.',
  });
}

export function targetMissing(target: string, folder: string): RetuneError {
  return wrongUse({
    what: `The target ${target} does not exist.`,
    why: `Retune looked for it in ${folder}.`,
    remedy: 'Name a file relative to the folder.',
    actions: [setOption('target')],
  });
}

export function targetOutside(target: string, folder: string): RetuneError {
  return wrongUse({
    what: `The target ${target} is outside the workspace folder.`,
    why: `The folder is ${folder}; Retune neither reads nor changes anything outside it.`,
    remedy: 'Name a file inside the folder, or choose the folder that contains it.',
    actions: [setOption('target')],
  });
}

export function commandEmpty(): RetuneError {
  return wrongUse({
    what: 'The test command is empty.',
    why: 'Without a command no tests can be run.',
    remedy: 'Give the command that you would type to run the tests once.',
    actions: [setOption('testCommand', 'npm test')],
  });
}

/** What was asked for cannot be: the code is that of a wrong command line, because most of it is typed there. */
function wrongUse(fields: Omit<RetuneErrorFields, 'code'>): RetuneError {
  return new RetuneError({ code: 'cli.usage', ...fields });
}
