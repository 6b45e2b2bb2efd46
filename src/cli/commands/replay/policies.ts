import type { OpenedPolicy } from '../../../connect/engine.ts';
import { openPolicy } from '../../../connect/open-policy.ts';
import type { PolicySettings } from '../../../connect/settings.ts';
import { announced, engineHooks } from '../../engine-output.ts';
import type { Output } from '../../output.ts';

/** Runs a task with copies of a model. The first is opened alone, because it may have to convert the weights for all. */
export async function withPolicies<T>(
  output: Output,
  settings: PolicySettings,
  count: number,
  task: (opened: readonly OpenedPolicy[]) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const hooks = engineHooks(output);
  const opened: OpenedPolicy[] = [];
  try {
    opened.push(await announced(output, openPolicy(settings, hooks, signal)));
    while (opened.length < count) opened.push(await openPolicy(settings, hooks, signal));
    output.progressEnd();
    return await task(opened);
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
}
