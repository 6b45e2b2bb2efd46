import type { OpenedPolicy } from '../connect/engine.ts';
import { openPolicy } from '../connect/open-policy.ts';
import { announced, engineHooks } from './engine-output.ts';
import type { Output } from './output.ts';
import { localPath, type OpeningOptions, policySettings } from './policy-settings.ts';

/** Name of the adapter that `--adapter` loads. */
export const loadedAdapter = 'cli';

/** What `addOpeningOptions` reads, the model and the adapter. */
export interface ModelOptions extends OpeningOptions {
  readonly model: string;
  readonly adapter?: string;
}

/** Runs a task with the model of `--model`, and the adapter of `--adapter` loaded under the name {@link loadedAdapter}. */
export async function withPolicy<T>(
  output: Output,
  options: ModelOptions,
  task: (opened: OpenedPolicy) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { adapter } = options;
  const settings = policySettings(options, options.model);
  const opened = await announced(output, openPolicy(settings, engineHooks(output), signal));
  try {
    if (adapter !== undefined) {
      const directory = localPath(adapter);
      await opened.policy.adapters.load({ name: loadedAdapter, kind: 'session', directory }, signal);
    }
    return await task(opened);
  } finally {
    await opened.close();
  }
}
