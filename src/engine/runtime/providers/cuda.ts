import type { Provider } from '../provider.ts';

/** NVIDIA's graphics cards. Only when asked for: its libraries are gigabytes that the user installs. */
export const provider: Provider = {
  name: 'cuda',
  platforms: 'Linux on x64',
  executionProviders: ['cuda', 'cpu'],
  automatic: false,
  keepsCacheOnDevice: false,
  memoryPattern: true,
  explain(message) {
    if (!/load (shared )?library/i.test(message)) return undefined;
    return {
      why: 'The CUDA libraries of onnxruntime are not installed, or CUDA 12 and cuDNN 9 are missing.',
      remedy:
        'Install CUDA 12 and cuDNN 9 and the package with its CUDA part (`npm install onnxruntime-node --onnxruntime-node-install=cuda12`), use "webgpu", which needs neither',
    };
  },
};
