import type { Provider } from '../provider.ts';

/** Any graphics card through Vulkan, Direct3D 12 or Metal; onnxruntime brings it along. */
export const provider: Provider = {
  name: 'webgpu',
  platforms: 'Linux on x64, Windows and macOS',
  executionProviders: ['webgpu', 'cpu'],
  automatic: true,
  keepsCacheOnDevice: true,
  memoryPattern: true,
  explain(message) {
    if (!/No supported adapters|Failed to get a WebGPU adapter/.test(message)) return undefined;
    return { why: 'No graphics adapter that WebGPU can use was found.', remedy: driverRemedy };
  },
};

const driverRemedy =
  process.platform === 'linux'
    ? "Install the GPU's Vulkan driver and loader (on Debian: `apt-get install libvulkan1 mesa-vulkan-drivers`, or NVIDIA's driver)"
    : 'Install or update the graphics driver';
