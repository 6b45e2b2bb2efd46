import type { Provider } from '../provider.ts';

/** NVIDIA's compiler of inference engines; what it does not know, CUDA computes. */
export const provider: Provider = {
  name: 'tensorrt',
  platforms: 'Linux on x64',
  executionProviders: ['tensorrt', 'cuda', 'cpu'],
  // Only when asked for: it needs all that CUDA needs and TensorRT besides, and compiles every graph for minutes.
  automatic: false,
  keepsCacheOnDevice: false,
  memoryPattern: true,
  explain(message) {
    if (!/load (shared )?library/i.test(message)) return undefined;
    return {
      why: 'The TensorRT libraries of onnxruntime are not installed, or TensorRT 10 or CUDA 12 and cuDNN 9 are missing.',
      remedy:
        'Install TensorRT 10, CUDA 12, cuDNN 9 and the package with its CUDA part (`npm install onnxruntime-node --onnxruntime-node-install=cuda12`), use "webgpu", which needs none of them',
    };
  },
};
