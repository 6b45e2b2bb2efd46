import assert from 'node:assert/strict';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterSelection } from '../../../src/policy/adapters.ts';
import { remoteWorkspaceStore } from '../../../src/sidecar/client/remote-contract.ts';
import { never, rejection } from './fixture.ts';
import {
  checkpoint,
  first,
  key,
  name,
  oracle,
  second,
  snapshot,
  sum,
  third,
  WorkspaceSetting,
  workspace,
} from './workspace-setting.ts';

describe('workspace adapters through the sidecar', () => {
  const at = WorkspaceSetting.install();

  it('an accepted answer becomes likelier, earlier ones hold, and every acceptance is a version', async () => {
    assert.equal((await at.policy.workspace.open({ key, name })).loaded, false);
    const base = await at.score(first);
    assert.deepEqual(await at.score(first, workspace), base, 'nothing learnt is the base model');
    for (const [index, answer] of [first, second, third].entries()) {
      const before = sum(await at.score(answer, workspace));
      const earlier = [first, second].slice(0, index);
      const held = await Promise.all(earlier.map(async (one) => sum(await at.score(one, workspace))));
      const { report, version } = await at.accept(answer);
      assert.deepEqual([report.accepted, version], [true, index + 1], `rolled back: ${report.reason}`);
      assert.ok(report.klResponse <= 0.005);
      const after = sum(await at.score(answer, workspace));
      assert.ok(after > before + 1e-3, `${before} → ${after}`);
      for (const [i, one] of earlier.entries()) {
        const now = sum(await at.score(one, workspace));
        assert.ok(now >= held[i]! - Math.max(0.02 * Math.abs(held[i]!), 1e-3 * 12) - 1e-4);
      }
    }
    const { versions: listed, accepted } = await at.policy.workspace.state(key);
    assert.deepEqual(
      listed.map(({ version, updates, current }) => [version, updates, current]),
      [1, 2, 3].map((n) => [n, n, n === 3]),
    );
    assert.equal(accepted, 3);
    assert.ok(Math.abs(Date.parse(listed[2]?.created ?? '') - Date.now()) < 60 * 60_000);
    assert.deepEqual(await at.policy.adapters.list(), [
      { name, kind: 'workspace', rank: 8, alpha: 16, updates: 3, version: 3 },
    ]);
    assert.deepEqual(await at.score(first), base, 'the base is untouched');
  });

  it('revert gives the earlier weights bit for bit, down to the base model', async () => {
    const base = await at.score(second);
    await at.accept(first);
    const one = await at.score(second, workspace);
    await at.accept(second);
    assert.notDeepEqual(await at.score(second, workspace), one);
    const state = await at.policy.workspace.revert(key);
    assert.deepEqual(
      state.versions.map(({ version, current }) => [version, current]),
      [[1, true]],
    );
    assert.equal(state.accepted, 1, 'what was reverted is not rehearsed');
    assert.deepEqual(await at.score(second, workspace), one);
    await at.policy.workspace.revert(key);
    assert.deepEqual(await at.score(second, workspace), base);
    assert.deepEqual(await at.policy.adapters.list(), []);
    await rejection(at.policy.workspace.revert(key), 'adaptation.nothing-to-revert');
    assert.equal((await at.accept(first)).report.accepted, true);
  });

  it('generation after revert does not reuse keys and values of the version taken back', async () => {
    const answer = async () => {
      const request = { prompt: { tokens: oracle.greedyPrompt }, adapter: workspace, maxTokens: 4, logprobs: true };
      const events = at.policy.generate({ ...request, sampling: { temperature: 0 } }, never());
      for (;;) {
        const next = await events.next();
        if (next.done) return next.value;
      }
    };
    await at.policy.workspace.open({ key, name });
    const before = await answer();
    assert.ok((await answer()).timings.reusedTokens > 0, 'the cache works');
    await at.accept(first);
    const learnt = await answer();
    assert.equal(learnt.timings.reusedTokens, 0);
    assert.notDeepEqual(learnt.logprobs, before.logprobs);
    await at.policy.workspace.open({ key, name });
    assert.ok((await answer()).timings.reusedTokens > 0, 'opened again, it is the same adapter');
    await at.policy.workspace.revert(key);
    const reverted = await answer();
    assert.equal(reverted.timings.reusedTokens, 0);
    assert.deepEqual(reverted.logprobs, before.logprobs);
  });

  it('reset sets everything aside and says where; the name then stands for the base model', async () => {
    const base = await at.score(third);
    await at.accept(first);
    const files = snapshot(at.folder());
    const learnt = at.folder();
    const state = await at.policy.workspace.reset(key);
    assert.deepEqual([state.versions, state.accepted], [[], 0]);
    const aside = `${learnt}.reset-1`;
    assert.ok(state.notices[0]?.includes(aside), state.notices[0]);
    assert.deepEqual(Object.values(snapshot(aside)), Object.values(files));
    assert.deepEqual(await at.score(third, workspace), base);
    assert.deepEqual((await at.policy.workspace.reset(key)).notices, []);
    assert.equal((await at.accept(first)).version, 1);
    await at.policy.workspace.reset(key);
    assert.ok(existsSync(`${learnt}.reset-2`));
  });

  it('an export is an adapter that loads and computes the same', async () => {
    const directory = join(at.fixture.directory(), 'exported');
    await rejection(at.policy.workspace.export({ key, directory }), 'adaptation.nothing-learnt');
    await at.accept(first);
    await at.policy.workspace.export({ key, directory });
    await at.policy.adapters.load({ name: 'copy', kind: 'session', directory });
    assert.deepEqual(await at.score(third, { session: 'copy' }), await at.score(third, workspace));
  });

  it('the session adapter lies on top; without it the weights are those of the workspace, bit for bit', async () => {
    await at.accept(first);
    const learnt = await at.score(third, workspace);
    const both: AdapterSelection = { workspace: name, session: 's' };
    await at.policy.adapters.create({ name: 's', kind: 'session', rank: 4, seed: 1 });
    const rejected = { ...third, reward: -1 } as const;
    const report = await at.policy.update({ adapter: { ...both, train: 'session' }, ...rejected }, never());
    assert.ok(report.accepted, `rolled back: ${report.reason}`);
    const together = await at.score(third, both);
    assert.ok(sum(together) < sum(learnt));
    assert.notDeepEqual(together, await at.score(third, { session: 's' }));
    assert.ok(Math.abs(report.logProbBefore - sum(learnt)) < 1e-3, 'the update started from both');
    await at.kill();
    assert.deepEqual(await at.score(third, both), together);
    assert.deepEqual(await at.score(third, workspace), learnt);
    await at.policy.adapters.drop('s');
    assert.deepEqual(await at.score(third, workspace), learnt);
  });

  it('an adapter never meets another model, and the developer is told', async () => {
    await at.accept(first);
    const other = await at.open(at.client, 'qwen3');
    const { loaded, state } = await other.workspace.open({ key, name });
    assert.equal(loaded, false);
    assert.match(state.notices.join('\n'), /belongs to another model\. One version was learnt with .*qwen2/);
    // The same weights elsewhere are the same model.
    const copy = join(at.fixture.directory(), 'moved');
    cpSync(checkpoint('qwen2'), copy, { recursive: true });
    const moved = await at.client.openModel(
      { directory: copy, dtype: 'int8', provider: 'cpu', threads: 1, cacheDirectory: at.cacheDirectory },
      {},
      never(),
    );
    assert.equal((await moved.workspace.open({ key, name })).loaded, true);
  });

  it('files can be looked at and changed without the model in memory', async () => {
    await at.accept(first);
    const one = await at.score(third, workspace);
    await at.accept(second);
    await at.startAnew();
    await at.policy.close();
    const files = remoteWorkspaceStore(at.client, checkpoint('qwen2'), never());
    const state = await files.state(key);
    assert.deepEqual([state.versions.length, state.accepted, state.directory], [2, 2, at.folder()]);
    assert.ok(state.bytes > 2 * 20_000, String(state.bytes));
    assert.equal((await files.revert(key)).versions.length, 1);
    assert.deepEqual((await at.client.health())?.openModels, []);
    await at.startAnew();
    await at.policy.workspace.open({ key, name });
    assert.deepEqual(await at.score(third, workspace), one);
  });

  it('refuses keys that would leave the folder, tokens that do not exist, and names in use', async () => {
    for (const bad of ['../x', '..', '', 'a/b', 'a\\b', '-x', 'a'.repeat(65), 'a\0', 'é']) {
      await rejection(at.policy.workspace.open({ key: bad, name }), 'adaptation.bad-key');
      await rejection(at.policy.workspace.reset(bad), 'adaptation.bad-key');
    }
    const unknown = { ...first, responseTokens: [1, 1_000_000] };
    await rejection(at.accept(unknown), 'generation.token-unknown');
    await rejection(at.accept({ ...first, responseTokens: [] }), 'model.empty-completion');
    await at.policy.adapters.create({ name: 'mine', kind: 'session', seed: 1 });
    await rejection(at.policy.workspace.open({ key, name: 'mine' }), 'adaptation.adapter-exists');
    assert.deepEqual(Object.keys(snapshot(at.root)), []);
  });

  it('an adapter dropped or trained otherwise is the workspace’s no more', async () => {
    await at.accept(first);
    const learnt = await at.score(third, workspace);
    await at.policy.adapters.drop(name);
    await at.kill();
    await rejection(at.score(third, workspace), 'adaptation.no-adapter');
    await at.policy.workspace.open({ key, name });
    assert.deepEqual(await at.score(third, workspace), learnt);
    const adapter = { workspace: name, train: 'workspace' } as const;
    const report = await at.policy.update({ adapter, ...third, reward: 1 }, never());
    assert.ok(report.accepted, `rolled back: ${report.reason}`);
    const changed = await at.score(third, workspace);
    await at.kill();
    assert.deepEqual(await at.score(third, workspace), changed);
    assert.deepEqual(await at.versions(), [1]);
  });

  it('counts a prompt’s tokens as a generation sees them', async () => {
    const messages = [{ role: 'user', content: 'def add(a, b):' }] as const;
    for (const prompt of [{ messages }, { text: 'def add(a, b):' }, { tokens: [1, 2, 3] }]) {
      const counted = await at.policy.countTokens(prompt, never());
      const completion = { tokens: [1] };
      assert.equal(counted, (await at.policy.score({ prompt, completion }, never())).promptTokens.length);
    }
    await rejection(at.policy.countTokens({ text: 'x' }, AbortSignal.abort()), 'cancelled');
  });
});
