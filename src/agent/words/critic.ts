import type { Policy } from '../../policy/policy.ts';

/** The model that writes the words: as its base is, without an adapter. */
export type Critic = Pick<Policy, 'info' | 'countTokens' | 'generate'>;
