import type { Message } from '../../src/policy/prompt.ts';

/** One thing to learn: what the model should answer to these messages. Only the response is to be predicted. */
export interface Example {
  readonly kind: 'solve' | 'repair' | 'critique';
  readonly messages: readonly Message[];
  readonly response: string;
}
