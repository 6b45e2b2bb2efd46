import type { CheckpointArchitecture } from '../checkpoint/architecture.ts';
import type { DecoderLayer } from '../graph/layer-ops.ts';

/** Everything that is particular to one architecture: how its checkpoints are read, and what its decoder layer computes. */
export interface Architecture extends CheckpointArchitecture {
  readonly layer: DecoderLayer;
}
