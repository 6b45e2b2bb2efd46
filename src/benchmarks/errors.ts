import { RetuneError } from '../shared/errors/retune-error.ts';

export function recordDiffers(path: string, different: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'replay.record-differs',
    what: `${path} holds results of another run.`,
    why: `Results that were made differently must not be mixed; these differ: ${different.join('; ')}.`,
    remedy: 'Give --out another directory, or the options of the run that is there.',
    data: { path, different },
  });
}

export function replayBusy(directory: string, pid: unknown, host: unknown): RetuneError {
  return new RetuneError({
    code: 'replay.busy',
    what: `Another run is writing its results to ${directory}.`,
    why: `Process ${pid} on ${host} holds it; two runs at once would write over each other's results.`,
    remedy: 'Wait until it ends or stop it (this command then resumes it), or give --out another directory.',
    data: { directory, pid, host },
  });
}

export function recordDamaged(path: string, line: number, why: string): RetuneError {
  return new RetuneError({
    code: 'replay.record-damaged',
    what: `Line ${line} of ${path} cannot be read.`,
    why: `It is not what a run writes: ${why}.`,
    remedy: `Delete line ${line} so that what it recorded is run again, or give --out another directory.`,
    data: { path, line },
  });
}

export function recordNotOurs(path: string, why: string): RetuneError {
  return new RetuneError({
    code: 'replay.record-not-ours',
    what: `${path} is not the record of a run.`,
    why: `The reason: ${why}.`,
    remedy: 'Give --out a new directory, or one that an earlier run has written.',
    data: { path },
  });
}

export function firstTurnDiffers(task: string, seed: number, arm: string): RetuneError {
  return new RetuneError({
    code: 'replay.first-turn-differs',
    what: `The first attempt at ${task} with seed ${seed} is not the same in ${arm} as in the other arms.`,
    why: 'An adapter without effect must give the tokens of the base model; the arms would not be comparable.',
    remedy: 'Use another provider (--provider cpu), and report this: the engine is wrong.',
    data: { task, seed, arm },
  });
}

export function taskRunsFail(inARow: number, last: string): RetuneError {
  return new RetuneError({
    code: 'replay.sessions-fail',
    what: `${inARow} task runs in a row failed; the benchmark was stopped.`,
    why: `The last error: ${last}`,
    remedy: 'Correct the cause and run the same command again: it resumes the run.',
    data: { inARow },
  });
}

export function noTasks(benchmark: string, split: string): RetuneError {
  return new RetuneError({
    code: 'replay.no-tasks',
    what: `The benchmark ${benchmark} has no tasks in the split ${split}.`,
    why: 'There is nothing to measure.',
    remedy: 'Choose another --split or a larger --limit.',
    data: { benchmark, split },
  });
}

/** Methods that change weights, and a model that only answers. */
export function needsWeights(methods: readonly string[], possible: readonly string[]): RetuneError {
  return new RetuneError({
    code: 'replay.needs-weights',
    what: `This model cannot be measured with ${methods.join(', ')}.`,
    why: 'These methods change the weights of the model, and this model only answers.',
    remedy: `Give --methods only ${possible.join(', ')}, or measure a checkpoint directory.`,
    data: { methods, possible },
  });
}
