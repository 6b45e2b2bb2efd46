import type { InferenceSession } from 'onnxruntime-node';
import { ortLogSeverity } from './ort.ts';
import type { Provider } from './provider.ts';

export interface GraphSessionUse {
  /** Intra-op threads of the CPU kernels. */
  readonly threads: number;
  /** `decode`: small and repeated runs; `train`: few big runs over one copy of the weights. */
  readonly kind: 'decode' | 'train';
}

/**
 * How a graph session of this kind is created on this provider.
 *
 * Threads may spin for 50 µs before they sleep when decoding, which bridges the small operators between two products: two
 * threads generate a fifth more tokens for the same processor time. Without an end, or in training, whose products are large,
 * spinning only takes cores away from other processes.
 * Prepacking stays on for decoding (MatMulNBits is some 60 times slower without). Training turns it off, where it would copy
 * every weight and gain nothing in the big products; the memory pattern, which raises the peak; and the graph optimiser,
 * whose elimination of common subexpressions would keep alive what the reverse pass computes again on purpose.
 */
export function graphSessionOptions(provider: Provider, use: GraphSessionUse): InferenceSession.SessionOptions {
  const training = use.kind === 'train';
  return {
    executionProviders: provider.executionProviders,
    intraOpNumThreads: use.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    enableMemPattern: !training && provider.memoryPattern,
    graphOptimizationLevel: training ? 'disabled' : 'all',
    logSeverityLevel: ortLogSeverity(),
    extra: {
      session: {
        intra_op: training ? { allow_spinning: '0' } : { allow_spinning: '1', spin_duration_us: '50' },
        ...(training && { disable_prepacking: '1' }),
      },
    },
  };
}
