import type { UpdateRequest } from '../../policy/update.ts';
import type { TokenPair } from '../adaptation/trainer.ts';
import { promptEmpty, tokenUnknown } from '../generation/errors.ts';
import { isToken } from '../generation/is-token.ts';
import { badReward, badUpdateRequest, emptyCompletion, scoreTooLong } from './model-errors.ts';

interface Limits {
  /** V */
  readonly vocabSize: number;
  readonly contextLength: number;
}

/**
 * A pair of tokens that a graph can be given: one of each at least, ids of the vocabulary, and no more than the context.
 * A negative id would not fail there but count from the end.
 * @throws RetuneError `generation.prompt-empty`, `model.empty-completion`, `model.too-long`, `generation.token-unknown`
 */
export function checkPair({ prompt, response }: TokenPair, { vocabSize, contextLength }: Limits): void {
  if (prompt.length === 0) throw promptEmpty();
  if (response.length === 0) throw emptyCompletion();
  const length = prompt.length + response.length;
  if (length > contextLength) throw scoreTooLong(length, contextLength);
  for (const [part, tokens] of [
    ['prompt', prompt],
    ['answer', response],
  ] as const) {
    const at = tokens.findIndex((token) => !isToken(token, vocabSize));
    if (at >= 0) throw tokenUnknown(part, tokens[at]!, at, vocabSize);
  }
}

/**
 * What a wrong client could ask for and TypeScript would not have let through: requests come over a wire.
 * @throws RetuneError `model.bad-reward`, `model.bad-update-request`
 */
export function checkUpdate({ reward, adapter, options }: UpdateRequest): void {
  // A wrong sign poisons the adapter.
  if (reward !== 1 && reward !== -1) throw badReward(reward);
  const { train } = adapter;
  if (train !== 'session' && train !== 'workspace')
    throw badUpdateRequest('adapter.train', train, 'session, workspace');
  const { solver = 'one-step' } = options ?? {};
  if (solver !== 'one-step' && solver !== 'gauss-newton') {
    throw badUpdateRequest('options.solver', solver, 'one-step, gauss-newton');
  }
}
