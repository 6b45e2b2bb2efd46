import { runCommand, setOption } from '../../shared/errors/actions.ts';
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
    what: `The prompt and the response have ${tokens} tokens together.`,
    why: `The context of this model holds ${limit}.`,
    remedy: 'Shorten one of them, or open the model with a longer context.',
    actions: [setOption('contextLength')],
    data: { tokens, limit },
  });
}

export function badContextLength(asked: number, limit: number): RetuneError {
  return new RetuneError({
    code: 'model.bad-context-length',
    what: `The context length cannot be ${asked} tokens.`,
    why: `This model supports 2 to ${limit}.`,
    remedy: `Choose a whole number up to ${limit}, or leave it out.`,
    actions: [setOption('contextLength', String(limit))],
    data: { asked, limit },
  });
}

export function badReward(reward: unknown): RetuneError {
  return new RetuneError({
    code: 'model.bad-reward',
    what: `The weights cannot be updated with the reward ${String(reward)}.`,
    why: 'Only a reward of 1 or −1 may change weights.',
    remedy: 'Skip the update when the tests give no verdict.',
  });
}

/** A field of an update request has a value that only a faulty client sends. */
export function badUpdateRequest(field: string, value: unknown, allowed: string): RetuneError {
  return new RetuneError({
    code: 'model.bad-update-request',
    what: `The ${field} of an update cannot be ${JSON.stringify(value)}.`,
    why: `It must be one of: ${allowed}.`,
    remedy: 'Correct the request; nothing was changed.',
    data: { field },
  });
}

/** The forward pass gave NaN or an infinity instead of a log-probability. */
export function scoreNotFinite(position: number, value: number): RetuneError {
  return new RetuneError({
    code: 'model.score-not-finite',
    what: `The log-probability of token ${position} of the completion is not a finite number (${value}).`,
    why: 'The weights or the active adapter hold values that overflow, or the device computes this model wrongly.',
    remedy:
      'Reset the adapter if one is in use; otherwise compute on the CPU; if that fails too, download the checkpoint again.',
    actions: [runCommand('resetAdapter'), setOption('provider', 'cpu')],
    data: { position, value: String(value) },
  });
}

export function modelDisposed(directory: string): RetuneError {
  return new RetuneError({
    code: 'model.disposed',
    what: `The model in ${directory} is no longer open.`,
    why: 'It was closed, and its memory was freed.',
    remedy: 'Open it again.',
    data: { directory },
  });
}
