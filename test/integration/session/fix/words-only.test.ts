import assert from 'node:assert/strict';
import { wordsOnly } from '../../../../src/policy/capabilities.ts';
import type { Policy } from '../../../../src/policy/policy.ts';
import { withoutWeights } from '../../../../src/policy/words-only.ts';
import { readRecord } from '../../../../src/session/read-record.ts';
import { openStorage } from '../../../../src/session/storage.ts';
import { runFix } from '../../../support/fix-run.ts';
import { block } from '../../../support/loop.ts';
import { buggy, right, sampleWorkspace } from '../../../support/sample-workspace.ts';
import { ScriptedPolicy } from '../../../support/scripted-policy.ts';

/** A model that answers and does nothing else; whatever else is called throws. */
function answering(answers: readonly string[]): { readonly script: ScriptedPolicy; readonly policy: Policy } {
  const script = new ScriptedPolicy({ answers, capabilities: wordsOnly });
  const policy: Policy = {
    ...withoutWeights(),
    info: { capabilities: wordsOnly, contextLength: 8192 },
    countTokens: script.countTokens,
    generate: (request, signal) => script.generate(request, signal),
  };
  return { script, policy };
}

describe('a session with a model that only answers', () => {
  it('corrects it by words, says once and in every turn why no weights change, and learns nothing at the end', async () => {
    await using workspace = await sampleWorkspace();
    const { script, policy } = answering([block(buggy), block(right)]);
    const { session, events } = await runFix(workspace, policy, { method: 'rosa2' });
    try {
      assert.deepEqual(session.outcome, { kind: 'solved' });
      const notices = events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []));
      assert.deepEqual(
        notices.filter((text) => text.includes('weights')),
        ['This model only answers; its weights cannot be changed, so it is corrected by words alone.'],
      );
      const adapted = events.filter(({ kind }) => kind === 'words' || kind === 'weights');
      assert.deepEqual(adapted.map((event) => (event.kind === 'weights' ? event.weights : event.kind)).sort(), [
        { kind: 'skipped', why: 'This model only answers; its weights cannot be changed.' },
        'words',
      ]);
      assert.deepEqual(
        events.find(({ kind }) => kind === 'model'),
        { kind: 'model', contextLength: 8192, learnt: false },
      );
      assert.ok(script.requests.every(({ adapter }) => Object.keys(adapter ?? {}).length === 0));
      assert.deepEqual(await session.keep(new AbortController().signal), { kind: 'kept' });
    } finally {
      await session.dispose();
    }
    const storage = await openStorage(workspace.folder, workspace.state);
    const record = await readRecord(`${storage.sessionDirectory(session.id)}/record.jsonl`);
    assert.ok(record.events.some((event) => event.kind === 'weights' && event.weights.kind === 'skipped'));
  });

  it('can be taught by recorded attempts without being asked for probabilities', async () => {
    await using workspace = await sampleWorkspace();
    const first = await runFix(workspace, answering([block(buggy), block(right)]).policy);
    await first.session.undo();
    await first.session.dispose();
    const recorded = first.events.filter((event) => event.kind === 'generated');
    const { policy } = answering(['must not be asked']);
    const again = await runFix(workspace, policy, { recorded });
    assert.deepEqual(again.session.outcome, { kind: 'solved' });
    await again.session.dispose();
  });
});
