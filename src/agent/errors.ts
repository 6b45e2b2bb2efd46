import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';

export function contextTooSmall(targets: readonly string[], tokens: number, budget: number): RetuneError {
  return new RetuneError({
    code: 'agent.context-too-small',
    what: `${targets.join(', ')} does not fit into the context of the model.`,
    why: `The request and the target alone take ${tokens} tokens, and ${Math.max(0, budget)} are left beside the answer.`,
    remedy: 'Name one function, or use a model with a larger context.',
    actions: [setOption('target', `${targets[0] ?? 'PATH'}:NAME`), setOption('model')],
    data: { targets, tokens, budget },
  });
}

export function recordExhausted(turn: number): RetuneError {
  return new RetuneError({
    code: 'agent.record-exhausted',
    what: `The record holds no answer for turn ${turn}.`,
    why: 'It ends earlier, or the tests judged its attempts differently this time.',
    remedy: 'Allow no more turns than the record has, or let a model answer instead.',
    actions: turn > 1 ? [setOption('maxTurns', String(turn - 1))] : [],
    data: { turn },
  });
}
