import type { OpenModelOptions } from '../../../policy/open-options.ts';
import type { RemotePolicy } from '../../../sidecar/client/remote-policy.ts';
import type { Output } from '../../output.ts';
import { openModel, withSidecar } from '../../with-sidecar.ts';

/**
 * Runs a task with copies of a model, each in a sidecar of its own. The first is opened alone, because it may have to convert
 * the weights for all.
 */
export async function withPolicies<T>(
  output: Output,
  opening: OpenModelOptions,
  count: number,
  task: (policies: readonly RemotePolicy[]) => Promise<T>,
  signal: AbortSignal,
  opened: readonly RemotePolicy[] = [],
): Promise<T> {
  if (opened.length === count) return task(opened);
  return withSidecar(output, async (client) => {
    const policy = await openModel(client, output, opening, signal);
    return withPolicies(output, opening, count, task, signal, [...opened, policy]);
  });
}
