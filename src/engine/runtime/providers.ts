import { type ProviderChoice, type ProviderName, providerNames } from '../../policy/provider.ts';
import { providerUnavailable } from './errors.ts';
import { loadOrt, type Ort } from './ort.ts';
import { fullPrefillChunk, type SelfTestResult, selfTest } from './provider-selftest.ts';
import { measureSpeed, type ProviderSpeed } from './provider-speed.ts';

export interface ChosenProvider {
  readonly provider: ProviderName;
  /** One or two sentences: why this one and, if so, why not something better. */
  readonly reason: string;
  /** Maximum number of tokens of one sequence per run on this provider. */
  readonly prefillChunk: number;
  /** Absent on the CPU, which is the reference. */
  readonly selfTest?: SelfTestResult;
}

/** A small tolerance against timing noise: only a provider that is clearly slower than the CPU is passed over. */
const slowerThanCpu = 1.5;

/**
 * Decides where a model runs. `auto` takes WebGPU when an adapter exists, is not slower than the CPU and computes right
 * results, else the CPU; it never fails for want of a GPU. A provider asked for by name is used or refused, never replaced.
 * @throws RetuneError `runtime.provider-unavailable`, `runtime.unavailable`
 */
export async function chooseProvider(
  choice: ProviderChoice,
  options: { readonly threads: number },
): Promise<ChosenProvider> {
  const ort = await loadOrt();
  if (choice === 'cpu') return onCpu('The CPU was asked for.');
  return choice === 'auto' ? chooseAutomatically(ort, options.threads) : useNamed(ort, choice, options.threads);
}

/** Providers that this build of onnxruntime contains; containing one does not mean that it can start. */
export function builtInProviders(ort: Ort): ProviderName[] {
  const names = new Set(ort.listSupportedBackends().map((backend) => backend.name));
  return providerNames.filter((name) => names.has(name));
}

async function chooseAutomatically(ort: Ort, threads: number): Promise<ChosenProvider> {
  if (!builtInProviders(ort).includes('webgpu')) return onCpu(`${notBuiltIn('webgpu')} The CPU is used.`);
  let speed: ProviderSpeed;
  let result: SelfTestResult;
  try {
    speed = await measureSpeed('webgpu', threads);
    if (speed.ratio > slowerThanCpu) return onCpu(`${describeSpeed(speed)} The CPU is used.`);
    result = await selfTest('webgpu', threads);
  } catch (error) {
    return onCpu(`${explainStart('webgpu', error).why} The CPU is used.`);
  }
  if (!result.usable) return onCpu(`${result.summary} The CPU is used.`);
  return {
    provider: 'webgpu',
    reason: `${describeSpeed(speed)} ${result.summary}`,
    prefillChunk: result.prefillChunk,
    selfTest: result,
  };
}

async function useNamed(ort: Ort, provider: ProviderName, threads: number): Promise<ChosenProvider> {
  const otherwise = 'choose the provider "cpu" or "auto"';
  if (!builtInProviders(ort).includes(provider)) {
    const names = builtInProviders(ort).join(', ');
    throw providerUnavailable(provider, notBuiltIn(provider), `Choose one of those it has here (${names}) or "auto".`);
  }
  let result: SelfTestResult;
  try {
    result = await selfTest(provider, threads);
  } catch (error) {
    const { why, remedy } = explainStart(provider, error);
    throw providerUnavailable(provider, why, `${remedy}, or ${otherwise}.`, error);
  }
  if (!result.usable) {
    throw providerUnavailable(provider, result.summary, `Update the graphics driver, or ${otherwise}.`);
  }
  return {
    provider,
    reason: `The provider "${provider}" was asked for. ${result.summary}`,
    prefillChunk: result.prefillChunk,
    selfTest: result,
  };
}

function onCpu(reason: string): ChosenProvider {
  return { provider: 'cpu', reason, prefillChunk: fullPrefillChunk };
}

function notBuiltIn(provider: ProviderName): string {
  return `This build of onnxruntime (${process.platform}-${process.arch}) does not contain ${provider}.`;
}

/** One sentence that compares a provider's speed with the CPU's. */
export function describeSpeed(speed: ProviderSpeed): string {
  const times = `${speed.device.toFixed(1)} ms against ${speed.cpu.toFixed(1)} ms for the same work`;
  if (speed.ratio <= slowerThanCpu && speed.ratio >= 1 / slowerThanCpu) {
    return `The ${speed.provider} adapter is about as fast as the CPU (${times}).`;
  }
  if (speed.ratio < 1)
    return `The ${speed.provider} adapter is ${(1 / speed.ratio).toFixed(1)}× faster than the CPU (${times}).`;
  const software = speed.ratio > 20 ? ', as a software adapter is' : '';
  return `The ${speed.provider} adapter is ${speed.ratio.toFixed(speed.ratio < 10 ? 1 : 0)}× slower than the CPU (${times})${software}.`;
}

/** Why a provider did not start, and what would help (a phrase without a full stop). */
export function explainStart(
  provider: ProviderName,
  error: unknown,
): { readonly why: string; readonly remedy: string } {
  const detail = errorLine(error);
  if (provider === 'webgpu' && /No supported adapters|Failed to get a WebGPU adapter/.test(detail)) {
    return {
      why: 'No graphics adapter that WebGPU can use was found.',
      remedy:
        process.platform === 'linux'
          ? "Install the GPU's Vulkan driver and loader (on Debian: `apt-get install libvulkan1 mesa-vulkan-drivers`, or NVIDIA's driver)"
          : 'Install or update the graphics driver',
    };
  }
  if (provider === 'cuda' && /load (shared )?library/i.test(detail)) {
    return {
      why: 'The CUDA libraries of onnxruntime are not installed, or CUDA 12 and cuDNN 9 are missing.',
      remedy:
        'Install CUDA 12 and cuDNN 9 and the package with its CUDA part (`npm install onnxruntime-node --onnxruntime-node-install=cuda12`), use "webgpu", which needs neither',
    };
  }
  return { why: `The provider "${provider}" did not start: ${detail}.`, remedy: 'Update the graphics driver' };
}

/** onnxruntime puts the C++ location in front; the last sentence of the first line is what helps. */
function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? message).replace(/\.$/, '');
}
