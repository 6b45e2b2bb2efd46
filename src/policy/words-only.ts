import { cannot } from './errors.ts';
import type { Policy } from './policy.ts';

/** The rest of a policy that only generates: everything in it rejects with `policy.cannot`. */
export function withoutWeights(): Omit<Policy, 'info' | 'countTokens' | 'generate'> {
  const adapts = async (): Promise<never> => {
    throw cannot('adapts');
  };
  const persists = async (): Promise<never> => {
    throw cannot('persists');
  };
  return {
    generateBatch: async () => {
      throw cannot('batches');
    },
    score: async () => {
      throw cannot('scores');
    },
    update: adapts,
    adapters: { list: async () => [], create: adapts, load: adapts, save: adapts, reset: adapts, drop: adapts },
    workspace: {
      open: persists,
      accept: persists,
      state: persists,
      revert: persists,
      export: persists,
      reset: persists,
    },
  };
}
