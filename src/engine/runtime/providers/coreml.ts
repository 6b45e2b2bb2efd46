import type { Provider } from '../provider.ts';

/** Apple's Core ML. Only when asked for: it compiles every graph for seconds, and leaves quantised products to the CPU. */
export const provider: Provider = {
  name: 'coreml',
  platforms: 'macOS',
  executionProviders: ['coreml', 'cpu'],
  automatic: false,
  keepsCacheOnDevice: false,
  memoryPattern: true,
};
