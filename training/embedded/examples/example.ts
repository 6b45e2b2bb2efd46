import type { Message } from '../../../src/policy/prompt.ts';

/** A training example: what the model should answer to these messages. Only the response is predicted. */
export interface Example {
  readonly kind: 'solve' | 'repair' | 'critique';
  readonly messages: readonly Message[];
  readonly response: string;
}
