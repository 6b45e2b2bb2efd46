import { setOption } from '../shared/errors/actions.ts';
import { RetuneError } from '../shared/errors/retune-error.ts';
import type { Capabilities } from './capabilities.ts';

const verbs: Readonly<Record<keyof Capabilities, string>> = {
  adapts: 'change its weights',
  distils: 'learn from whole distributions',
  batches: 'generate several answers together',
  persists: 'keep what it learnt in a workspace folder',
  scores: 'give the probability of a given text',
  exactTokens: 'give its tokens',
  continues: 'continue an answer that was begun for it',
};

/** A call of something that the policy's capabilities deny. */
export function cannot(capability: keyof Capabilities): RetuneError {
  return new RetuneError({
    code: 'policy.cannot',
    what: `This model cannot ${verbs[capability]}.`,
    why: 'It is used over an interface that only generates.',
    remedy: 'Choose a checkpoint directory, which Retune opens itself.',
    actions: [setOption('model')],
    data: { capability },
  });
}
