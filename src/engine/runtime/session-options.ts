import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/model-types.ts';
import { ortLogSeverity } from './ort.ts';

export interface SessionUse {
  /** Intra-op threads of the CPU kernels. */
  readonly threads: number;
  /** `decode`: small and repeated runs; `train`: few big runs over one copy of the weights. */
  readonly kind: 'decode' | 'train';
}

/**
 * How a session of this kind is created on this provider.
 *
 * Spinning is off everywhere: with it, threads burn whole cores when another process runs.
 * Prepacking stays on for decoding (MatMulNBits is some 60 times slower without). Training turns it off, where it would copy
 * every weight and gain nothing in the big products; the memory pattern, which raises the peak; and the graph optimiser,
 * whose elimination of common subexpressions would keep alive what the reverse pass computes again on purpose.
 */
export function sessionOptions(provider: ProviderName, use: SessionUse): InferenceSession.SessionOptions {
  const training = use.kind === 'train';
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: use.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // DirectML refuses a memory pattern.
    enableMemPattern: !training && provider !== 'dml',
    graphOptimizationLevel: training ? 'disabled' : 'all',
    logSeverityLevel: ortLogSeverity(),
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(training ? { disable_prepacking: '1' } : {}),
      },
    },
  };
}
