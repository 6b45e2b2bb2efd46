import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../shared/model-types.ts';
import { ortLogSeverity } from './ort.ts';

export interface SessionUse {
  /** Intra-op threads of the CPU kernels. */
  readonly threads: number;
  /** `decode`: small and repeated runs; `train`: few big runs over one copy of the weights. */
  readonly kind: 'decode' | 'train';
  /** Whether the graph multiplies by MatMulNBits; a training session then prepacks too. Default: decode only. */
  readonly quantised?: boolean;
}

/**
 * How a session of this kind is created on this provider.
 *
 * Spinning is off everywhere: with it, threads burn whole cores when another process runs.
 * Prepacking stays on where MatMulNBits is (it is some 60 times slower without when decoding) and is off for training on
 * fp32 weights, which it would copy for no gain in the big products; the memory pattern is off there as it raises the peak.
 */
export function sessionOptions(provider: ProviderName, use: SessionUse): InferenceSession.SessionOptions {
  const training = use.kind === 'train';
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: use.threads,
    interOpNumThreads: 1,
    ...(process.env.XARENA ? { enableCpuMemArena: false } : {}),
    ...(process.env.XOPT ? { graphOptimizationLevel: process.env.XOPT as 'basic' } : {}),
    executionMode: 'sequential',
    // DirectML refuses a memory pattern.
    enableMemPattern: !training && provider !== 'dml',
    logSeverityLevel: ortLogSeverity(),
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(training && use.quantised !== true ? { disable_prepacking: '1' } : {}),
      },
    },
  };
}
