import { RetuneError } from '../shared/errors/retune-error.ts';

export function contextTooSmall(targets: readonly string[], tokens: number, budget: number): RetuneError {
  return new RetuneError({
    code: 'agent.context-too-small',
    what: `${targets.join(', ')} does not fit the model's context.`,
    why: `The request and the target alone take ${tokens} tokens, and ${Math.max(0, budget)} are left beside the answer.`,
    remedy: 'Name one function with --target path:symbol, or use a model with a larger context.',
    data: { targets, tokens, budget },
  });
}

export function recordExhausted(turn: number): RetuneError {
  return new RetuneError({
    code: 'agent.record-exhausted',
    what: `The record holds no answer for turn ${turn}.`,
    why: 'It ends earlier, or the tests judged its attempts differently this time.',
    remedy: 'Lower --max-turns to the number of recorded turns, or run without --recorded.',
    data: { turn },
  });
}
