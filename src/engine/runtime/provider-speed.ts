import type { ProviderName } from '../../policy/provider.ts';
import { graphSessionOptions } from './graph-session-options.ts';
import { loadOrt } from './ort.ts';
import { loadProvider } from './provider.ts';
import { linearGraph, pseudoRandomFloats } from './selftest-graphs.ts';

/** Milliseconds for one fixed piece of work (64 rows, then one row, through four 4-bit linears of 1024 × 1024). */
export interface ProviderSpeed {
  readonly provider: ProviderName;
  readonly device: number;
  readonly cpu: number;
  /** device / cpu: above 1 the provider is slower than the CPU. */
  readonly ratio: number;
}

/** A small tolerance against timing noise: only a provider that is clearly slower than the CPU is passed over. */
export const clearlySlower = 1.5;

const width = 1024;
const rounds = 4;
/** A device this many times slower is recognised after one round; software adapters are some hundred times slower. */
const hopeless = 20;

const results = new Map<ProviderName, Promise<ProviderSpeed>>();

/**
 * How a provider compares with the CPU in the products that dominate a model; once per process and provider.
 * @throws whatever onnxruntime throws when the provider cannot start.
 */
export function measureSpeed(provider: ProviderName, threads: number): Promise<ProviderSpeed> {
  let result = results.get(provider);
  if (result === undefined) {
    result = measure(provider, threads);
    results.set(provider, result);
  }
  return result;
}

async function measure(provider: ProviderName, threads: number): Promise<ProviderSpeed> {
  const cpu = await bestRound('cpu', threads, Number.POSITIVE_INFINITY);
  const device = provider === 'cpu' ? cpu : await bestRound(provider, threads, cpu * hopeless);
  return { provider, device, cpu, ratio: device / cpu };
}

/** The best round after a warm-up, which compiles shaders; stops early once a round took longer than `limit`. */
async function bestRound(provider: ProviderName, threads: number, limit: number): Promise<number> {
  const ort = await loadOrt();
  const session = await ort.InferenceSession.create(
    linearGraph(4, width, 4),
    graphSessionOptions(await loadProvider(provider), { threads, kind: 'decode' }),
  );
  try {
    const many = new ort.Tensor('float32', pseudoRandomFloats(64 * width, 6), [64, width]);
    const one = new ort.Tensor('float32', pseudoRandomFloats(width, 7), [1, width]);
    await session.run({ x: many });
    await session.run({ x: one });
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await session.run({ x: many });
      await session.run({ x: one });
      const took = performance.now() - start;
      best = Math.min(best, took);
      if (took > limit) break;
    }
    return best;
  } finally {
    await session.release();
  }
}

/** One sentence that compares a provider's speed with the CPU's. */
export function describeSpeed({ provider, device, cpu, ratio }: ProviderSpeed): string {
  const times = `${device.toFixed(1)} ms against ${cpu.toFixed(1)} ms for the same work`;
  const adapter = `The ${provider} adapter is`;
  if (ratio <= clearlySlower && ratio >= 1 / clearlySlower) return `${adapter} about as fast as the CPU (${times}).`;
  if (ratio < 1) return `${adapter} ${(1 / ratio).toFixed(1)}× faster than the CPU (${times}).`;
  const software = ratio > hopeless ? ', as a software adapter is' : '';
  return `${adapter} ${ratio.toFixed(ratio < 10 ? 1 : 0)}× slower than the CPU (${times})${software}.`;
}
