import type { ModelInfo } from '../../policy/model-info.ts';
import type { Policy } from '../../policy/policy.ts';
import { nested } from '../protocol/methods.ts';
import type { Caller } from './caller.ts';
import { remoteContract } from './remote-contract.ts';

/** A model in the sidecar. Paths in its arguments are of the machine the sidecar runs on. */
export interface RemotePolicy extends Policy {
  readonly info: ModelInfo;
  /** Resolves when requests are answered at once: a process that has ended is started again, and the model opened in it. */
  ready(signal: AbortSignal): Promise<void>;
  /** Releases the model's memory and its adapters. */
  close(): Promise<void>;
}

export function remotePolicy(caller: Caller, model: string, info: ModelInfo): RemotePolicy {
  const { adapters, ...rest } = nested(remoteContract(caller, { model }));
  return {
    ...rest,
    info,
    // A sidecar that has ended holds no adapters, so that none is started for this.
    adapters: { ...adapters, drop: (name) => caller.dropAdapter(model, name) },
    ready: (signal) => caller.ensureOpen(model, signal),
    close: () => caller.closeModel(model),
  };
}
