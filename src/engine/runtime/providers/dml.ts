import type { Provider } from '../provider.ts';

/** DirectML: any graphics card on Windows. Only when asked for: WebGPU serves the same cards. */
export const provider: Provider = {
  name: 'dml',
  platforms: 'Windows',
  executionProviders: ['dml', 'cpu'],
  automatic: false,
  keepsCacheOnDevice: false,
  // It refuses to start with one.
  memoryPattern: false,
};
