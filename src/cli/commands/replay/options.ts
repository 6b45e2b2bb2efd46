import type { ArmName } from '../../../benchmarks/arms.ts';
import type { Solver } from '../../../policy/update.ts';
import type { ModelOptions } from '../../with-sidecar.ts';

/** What `retune replay` was asked for, as commander read it. */
export interface ReplayCommandOptions extends Omit<ModelOptions, 'model' | 'adapter'> {
  readonly model?: string;
  readonly methods: readonly ArmName[];
  readonly seeds: number;
  readonly turns: number;
  readonly limit?: number;
  readonly split: 'heldout' | 'train';
  readonly jobs: number;
  readonly solver?: Solver;
  readonly beta?: number;
  readonly klCap?: number;
  readonly weightCap?: number;
  readonly centering?: 'on' | 'off';
  readonly paper?: boolean;
  readonly temperature?: number;
  readonly evidence: 'L0' | 'L1';
  readonly comments: 'mixed' | 'vague' | 'hints' | 'precise';
  readonly out?: string;
}
