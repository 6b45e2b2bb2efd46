import type { ModelInfo } from '../../policy/model-info.ts';
import type { Policy } from '../../policy/policy.ts';

/** A checkpoint opened in this process. One generation or update runs at a time; a second call waits for the first. */
export interface LocalModel extends Policy {
  readonly info: ModelInfo;
  dispose(): Promise<void>;
}
