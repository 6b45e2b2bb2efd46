import assert from 'node:assert/strict';
import type { Policy } from '../../../../src/policy/policy.ts';
import { FixSession } from '../../../../src/session/fix.ts';
import { cancelled } from '../../../../src/shared/errors/cancelled.ts';
import { right, type SampleWorkspace, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { untilAborted } from '../../../support/scripted-policy.ts';

/** @returns the kinds of the session's events */
async function run(workspace: SampleWorkspace, policy: (signal: AbortSignal) => Promise<Policy>): Promise<string[]> {
  const session = await FixSession.open(
    { folder: workspace.folder, request: 'x', storageRoot: workspace.state },
    { policy, comment: async () => '' },
  );
  const kinds: string[] = [];
  try {
    for await (const { kind } of session.events(new AbortController().signal)) kinds.push(kind);
  } finally {
    await session.dispose();
  }
  return kinds;
}

describe('a workspace whose tests pass', () => {
  it('is reported at once: the opening of the model, which may take minutes, is cancelled', async () => {
    await using workspace = await sampleWorkspace({ 'src/add.js': right });
    let stopped = false;
    const kinds = await run(workspace, async (signal) => {
      await untilAborted(signal);
      stopped = true;
      throw cancelled('Opening the model');
    });
    assert.equal(kinds.at(-1), 'nothing-to-fix');
    assert.equal(stopped, true);
  });

  it('is reported even if the model cannot be opened', async () => {
    await using workspace = await sampleWorkspace({ 'src/add.js': right });
    const kinds = await run(workspace, async (signal) => {
      await untilAborted(signal);
      throw new Error('it does not fit into memory');
    });
    assert.equal(kinds.at(-1), 'nothing-to-fix');
  });
});
