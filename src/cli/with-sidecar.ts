import { sidecarOf } from '../connect/sidecar.ts';
import type { SidecarClient } from '../sidecar/client/sidecar-client.ts';
import { engineHooks } from './engine-output.ts';
import type { Output } from './output.ts';
import { clientName, commandFromVariable } from './policy-settings.ts';

/** Runs a task with a model process that ends with it whatever happens; for what opens no model. */
export async function withSidecar<T>(output: Output, task: (client: SidecarClient) => Promise<T>): Promise<T> {
  const sidecarCommand = commandFromVariable();
  const client = sidecarOf({ clientName, ...(sidecarCommand && { sidecarCommand }) }, engineHooks(output));
  try {
    return await task(client);
  } finally {
    await client.dispose();
  }
}
