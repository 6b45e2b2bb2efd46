import { usage } from '../cli/errors.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';

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
    why: `Looked for ${lookedFor.join('; ')}.${below}`,
    remedy: `Name ${name} with --target, or say how the tests are run: --test "npm test".`,
    data: { folder, start, lookedFor, nested },
  });
}

export function folderMissing(folder: string): RetuneError {
  return usage(
    `The folder ${folder} cannot be used.`,
    'It does not exist or is no folder.',
    'Give the path of a folder with tests.',
  );
}

export function targetMissing(target: string, folder: string): RetuneError {
  return usage(
    `The target ${target} does not exist.`,
    `It was looked for in ${folder}.`,
    'Give the path of a file relative to the folder.',
  );
}

export function targetOutside(target: string, folder: string): RetuneError {
  return usage(
    `The target ${target} is outside the workspace folder.`,
    `The folder is ${folder}; nothing outside it is looked at or changed.`,
    'Name a file inside the folder, or give the folder that contains it.',
  );
}

export function commandEmpty(): RetuneError {
  return usage(
    'The test command is empty.',
    '--test needs a command line.',
    'Write what you would type to run the tests once: --test "npm test".',
  );
}

/** Before the first attempt: without a judgement there is nothing to work towards. */
export function baselineUnusable(detail: string, detected: string): RetuneError {
  return new RetuneError({
    code: 'tests.baseline-unusable',
    what: 'The tests cannot judge an attempt.',
    why: detail,
    remedy: `What was detected: ${detected} Look at it with \`retune test\`, and name another command with --test if it is not right.`,
    data: { detail, detected },
  });
}
