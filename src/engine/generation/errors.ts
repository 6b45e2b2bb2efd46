import { runCommand, setOption } from '../../shared/errors/actions.ts';
import { RetuneError } from '../../shared/errors/retune-error.ts';

/** The prompt leaves no room for even one token of an answer. */
export function promptTooLong(length: number, contextLength: number): RetuneError {
  const longest = contextLength - 1;
  return new RetuneError({
    code: 'generation.prompt-too-long',
    what: `The prompt has ${length} tokens, but at most ${longest} fit.`,
    why: `The model was opened with a context of ${contextLength} tokens, and one must stay free for the answer.`,
    remedy: `Shorten the prompt by at least ${length - longest} tokens (fewer files, less history), or open a model with a longer context.`,
    actions: [setOption('contextLength'), setOption('model')],
    data: { length, contextLength, longest },
  });
}

export function promptEmpty(): RetuneError {
  return new RetuneError({
    code: 'generation.prompt-empty',
    what: 'The prompt has no tokens.',
    why: 'A model needs at least one token before it can predict the next.',
    remedy: 'Give a prompt that is not empty.',
  });
}

export function tokenUnknown(
  part: 'prompt' | 'answer',
  token: number,
  position: number,
  vocabSize: number,
): RetuneError {
  return new RetuneError({
    code: 'generation.token-unknown',
    what: `The ${part}'s token ${token} at position ${position} does not exist in this model.`,
    why: `Its token ids are the whole numbers from 0 to ${vocabSize - 1}.`,
    remedy: "Make the tokens with this model's own tokenizer.",
    data: { part, token, position, vocabSize },
  });
}

/** An option of a request is outside its range. `allowed` completes "It must be …". */
export function invalidGenerationOption(name: string, value: unknown, allowed: string): RetuneError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return new RetuneError({
    code: 'generation.invalid-option',
    what: `The generation option ${name} cannot be ${shown}.`,
    why: `It must be ${allowed}.`,
    remedy: `Change or leave out ${name}.`,
    data: { name, value: shown },
  });
}

/** The forward pass gave NaN or an infinity instead of a logit. */
export function logitsNotFinite(token: number, value: number): RetuneError {
  return new RetuneError({
    code: 'generation.logits-not-finite',
    what: `The model's output cannot be used to choose a token (logit of token ${token}: ${value}).`,
    why: 'The weights or the active adapter hold values that overflow, or the device computes this model wrongly.',
    remedy:
      'Reset the adapter if one is in use; otherwise compute on the CPU; if that fails too, download the checkpoint again.',
    actions: [runCommand('resetAdapter'), setOption('provider', 'cpu')],
    data: { token, value: String(value) },
  });
}

/** Sequences decoded together must agree on the rank of their adapters. */
export function batchRanksDiffer(ranks: readonly number[]): RetuneError {
  return new RetuneError({
    code: 'generation.batch-ranks-differ',
    what: `The adapters of one batch have the ranks ${ranks.join(', ')}.`,
    why: 'Sequences that are decoded together run through one graph, which is built for one rank.',
    remedy: 'Use adapters of one rank, or generate with each rank in a batch of its own.',
    data: { ranks },
  });
}
