import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import { sentence } from '../shared/errors/thrown.ts';

const elsewhere = setOption('output');

export function resultsDiffer(path: string, different: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'replay.record-differs',
    what: `${path} holds the results of another run.`,
    why: `Results that were obtained differently must not be mixed; these differ: ${different.join('; ')}.`,
    remedy: 'Choose another output directory, or the options of the run in this one.',
    actions: [elsewhere],
    data: { path, different },
  });
}

export function resultsDamaged(path: string, line: number, why: string): RetuneError {
  return new RetuneError({
    code: 'replay.record-damaged',
    what: `Line ${line} of ${path} cannot be read.`,
    why: `A run does not write such a line: ${why}.`,
    remedy: `Delete line ${line} to repeat what it was about, or choose another output directory.`,
    actions: [elsewhere],
    data: { path, line },
  });
}

export function resultsNotOurs(path: string, why: string): RetuneError {
  return new RetuneError({
    code: 'replay.record-not-ours',
    what: `${path} is not the results file of a run.`,
    why: `The problem: ${why}.`,
    remedy: 'Choose a new output directory, or one that an earlier run has written.',
    actions: [elsewhere],
    data: { path },
  });
}

export function firstTurnDiffers(task: string, seed: number, arm: string): RetuneError {
  return new RetuneError({
    code: 'replay.first-turn-differs',
    what: `The first attempt at ${task} with seed ${seed} is not the same in ${arm} as in the other arms.`,
    why: 'An adapter without effect must produce the tokens of the base model; otherwise the arms cannot be compared.',
    remedy: 'Compute on the CPU, and report this: the engine is wrong.',
    actions: [setOption('provider', 'cpu')],
    data: { task, seed, arm },
  });
}

export function taskRunsFail(inARow: number, last: string): RetuneError {
  return new RetuneError({
    code: 'replay.sessions-fail',
    what: `${inARow} task runs in a row failed; the benchmark was stopped.`,
    why: `The last one said: ${sentence(last)}`,
    remedy: 'Correct the cause and run the same command again: it resumes where it stopped.',
    data: { inARow },
  });
}

export function noTasks(benchmark: string, split: string): RetuneError {
  return new RetuneError({
    code: 'replay.no-tasks',
    what: `The benchmark ${benchmark} has no tasks in the split ${split}.`,
    why: 'There is nothing to measure.',
    remedy: 'Choose another split or a higher limit.',
    actions: [setOption('split'), setOption('limit')],
    data: { benchmark, split },
  });
}

/** Methods that change weights, and a model that only answers. */
export function needsWeights(methods: readonly string[], possible: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'replay.needs-weights',
    what: `This model cannot be measured with ${methods.join(', ')}.`,
    why: 'These methods change the weights of the model, and this model only answers.',
    remedy: `Compare only ${possible.join(', ')}, or measure a checkpoint directory.`,
    actions: [setOption('methods', possible.join(',')), setOption('model')],
    data: { methods, possible },
  });
}
