import type { Provider } from '../provider.ts';

/** The reference: every other provider is compared with it, and computes on it what it cannot do itself. */
export const provider: Provider = {
  name: 'cpu',
  platforms: 'every system',
  executionProviders: ['cpu'],
  // It is what `auto` falls back on, not one of those that it tries.
  automatic: false,
  keepsCacheOnDevice: false,
  memoryPattern: true,
};
