import { RetuneError } from '../../shared/errors/retune-error.ts';

/** Errors of requests to an opened model. */

export function emptyCompletion(): RetuneError {
  return new RetuneError({
    code: 'model.empty-completion',
    what: 'There is nothing to score.',
    why: 'The completion has no tokens.',
    remedy: 'Give a completion with at least one character.',
  });
}

export function scoreTooLong(tokens: number, limit: number): RetuneError {
  return new RetuneError({
    code: 'model.too-long',
    what: `Prompt and response have ${tokens} tokens together.`,
    why: `The context of this model holds ${limit}.`,
    remedy: 'Shorten one of them, or open the model with a larger context length.',
    data: { tokens, limit },
  });
}

export function badContextLength(asked: number, limit: number): RetuneError {
  return new RetuneError({
    code: 'model.bad-context-length',
    what: `A context length of ${asked} tokens was asked for.`,
    why: `This model supports 2 to ${limit}.`,
    remedy: `Choose a whole number up to ${limit}, or leave it out.`,
    data: { asked, limit },
  });
}

export function badReward(reward: unknown): RetuneError {
  return new RetuneError({
    code: 'model.bad-reward',
    what: `An update was asked for with the reward ${String(reward)}.`,
    why: 'Weights are only moved by a reward of 1 or −1; an undefined one must not reach them.',
    remedy: 'Skip the update when the tests gave no verdict.',
  });
}

/** A field of an update request has a value that only a faulty client sends. */
export function badUpdateRequest(field: string, value: unknown, allowed: string): RetuneError {
  return new RetuneError({
    code: 'model.bad-update-request',
    what: `An update was asked for with ${field} ${JSON.stringify(value)}.`,
    why: `It must be one of: ${allowed}.`,
    remedy: 'Correct the request; nothing was changed.',
    data: { field },
  });
}

/** The forward pass gave NaN or an infinity instead of a log-probability. */
export function scoreNotFinite(position: number, value: number): RetuneError {
  return new RetuneError({
    code: 'model.score-not-finite',
    what: `The log-probability of the completion's token ${position} is no number (${value}).`,
    why: 'The weights or the active adapter hold values that overflow, or the device computes this model wrongly.',
    remedy:
      'Reset the adapter if one is active; else try the cpu provider, and if that fails too, get the checkpoint anew.',
    data: { position, value: String(value) },
  });
}

export function modelDisposed(directory: string): RetuneError {
  return new RetuneError({
    code: 'model.disposed',
    what: `The model in ${directory} is not open any more.`,
    why: 'It was closed, and its memory was freed.',
    remedy: 'Open it again.',
    data: { directory },
  });
}
