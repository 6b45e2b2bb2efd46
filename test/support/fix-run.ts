import type { Policy } from '../../src/policy/policy.ts';
import { FixSession } from '../../src/session/fix.ts';
import type { FixEvent } from '../../src/session/fix-events.ts';
import type { FixOptions } from '../../src/session/fix-options.ts';
import type { SampleWorkspace } from './sample-workspace.ts';

export interface FixRun {
  readonly session: FixSession;
  readonly events: readonly FixEvent[];
}

/** Runs a session on a sample workspace to the end of its loop; the caller decides and disposes. */
export async function runFix(
  workspace: Pick<SampleWorkspace, 'folder' | 'state'>,
  policy: Policy | undefined,
  options: Partial<FixOptions> = {},
  hooks: {
    readonly comment?: (turn: number, signal: AbortSignal) => Promise<string>;
    readonly onEvent?: (event: FixEvent) => void | Promise<void>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<FixRun> {
  const session = await FixSession.open(
    { folder: workspace.folder, request: 'add(2, 3) is not 5', seed: 1, storageRoot: workspace.state, ...options },
    {
      ...(policy !== undefined && { policy: async () => policy }),
      comment: (turn, _verdict, signal) => hooks.comment?.(turn, signal) ?? Promise.resolve(''),
    },
  );
  const events: FixEvent[] = [];
  try {
    for await (const event of session.events(hooks.signal ?? new AbortController().signal)) {
      events.push(event);
      await hooks.onEvent?.(event);
    }
  } catch (error) {
    await session.dispose();
    throw error;
  }
  return { session, events };
}
