import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { AcceptReport } from '../../../src/policy/workspace-adapters.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import {
  first,
  key,
  name,
  type Pair,
  pair,
  second,
  snapshot,
  third,
  WorkspaceSetting,
  workspace,
} from './workspace-setting.ts';

describe('workspace adapters: crashes, cancellations, other processes', () => {
  const at = WorkspaceSetting.install();

  it('survives the end of the sidecar, and its crash while loaded', async () => {
    await at.accept(first);
    await at.accept(second);
    const learnt = await at.score(third, workspace);
    await at.kill();
    assert.deepEqual(await at.score(third, workspace), learnt, 'restored without being asked');
    await at.startAnew();
    assert.equal((await at.policy.workspace.open({ key, name })).loaded, true);
    assert.deepEqual(await at.score(third, workspace), learnt);
  });

  it('a name of a workspace where nothing was learnt survives a crash too', async () => {
    await at.policy.workspace.open({ key, name });
    const base = await at.score(first);
    await at.kill();
    assert.deepEqual(await at.score(first, workspace), base);
  });

  it('an update that is refused changes neither the adapter nor a file', async () => {
    await at.accept(first);
    const [before, files] = [await at.score(third, workspace), snapshot(join(at.root, 'adapters'))];
    // The same answer again and again meets the cumulative cap on the anchors or a canary before long.
    let refused: AcceptReport | undefined;
    let last = { before, files };
    for (let i = 0; i < 60 && refused === undefined; i++) {
      last = { before: await at.score(third, workspace), files: snapshot(join(at.root, 'adapters')) };
      const report = await at.accept(i % 2 === 0 ? third : first);
      if (!report.report.accepted) refused = report;
    }
    assert.ok(refused !== undefined, 'nothing was ever refused');
    assert.equal(refused.version, undefined);
    assert.deepEqual(await at.score(third, workspace), last.before);
    assert.deepEqual(snapshot(join(at.root, 'adapters')), last.files);
  });

  it('cancelled while it learns: everything is as it was', async () => {
    await at.accept(first);
    const [before, files] = [await at.score(third, workspace), snapshot(join(at.root, 'adapters'))];
    let cancelled = 0;
    for (const delay of [0, 3, 8, 15]) {
      const result = await at.policy.workspace
        .accept({ key, name, ...third }, AbortSignal.timeout(delay))
        .catch((error: unknown) => error);
      if (!(result instanceof Error)) break;
      assert.equal((result as { code?: string }).code, 'cancelled');
      cancelled++;
      assert.deepEqual(snapshot(join(at.root, 'adapters')), files);
      assert.deepEqual(await at.score(third, workspace), before);
    }
    assert.ok(cancelled > 0);
  });

  it('killed at any instant of an acceptance, the last complete version is in force', async () => {
    await at.accept(first);
    const started = Date.now();
    await at.accept(second);
    const duration = Date.now() - started;
    let survived = 0;
    for (let i = 0; i < 10; i++) {
      const before = await at.versions();
      const learnt = await at.score(third, workspace);
      const accepting = at.accept(pair(i + 1)).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, (duration * (i + 0.5)) / 9));
      await at.kill();
      await accepting;
      await at.client.restart();
      const { loaded, state } = await at.policy.workspace.open({ key, name });
      assert.equal(loaded, true);
      assert.deepEqual(state.notices, []);
      const after = state.versions.map(({ version }) => version);
      if (after.length === before.length) {
        assert.deepEqual(after, before);
        assert.deepEqual(await at.score(third, workspace), learnt);
      } else {
        assert.deepEqual(after.slice(0, -1), before);
        survived++;
      }
    }
    assert.ok(survived < 10, 'no kill came before the version counted');
    assert.equal((await at.accept(third)).report.accepted, true);
  });

  it('a damaged version is set aside with a notice, and the one before is used', async () => {
    await at.accept(first);
    const one = await at.score(third, workspace);
    await at.accept(second);
    await at.kill();
    const damaged = join(at.folder(), 'versions', '000002');
    truncateSync(join(damaged, 'adapter_model.safetensors'), 5000);
    assert.deepEqual(await at.score(third, workspace), one);
    assert.ok(
      at.logged.some((message) => message.includes(`${damaged}.corrupt-1`)),
      at.logged.join('\n'),
    );
    assert.deepEqual(await at.versions(), [1]);
    assert.deepEqual((await at.policy.workspace.open({ key, name })).state.notices, [], 'told once');
  });

  it('two processes that learn for the same workspace lose no version', async () => {
    await at.accept(first);
    at.stateDirectory = at.fixture.directory();
    const otherClient = at.start();
    try {
      const other = await at.open(otherClient);
      const answers = [pair(3), pair(6), pair(9), pair(12)];
      const learn = async (on: RemotePolicy, own: Pair[]): Promise<AcceptReport[]> => {
        const reports: AcceptReport[] = [];
        for (const answer of own) reports.push(await at.accept(answer, on));
        return reports;
      };
      const reports = (
        await Promise.all([learn(at.policy, answers.slice(0, 2)), learn(other, answers.slice(2))])
      ).flat();
      const numbers = reports.flatMap(({ version }) => (version === undefined ? [] : [version]));
      assert.equal(new Set(numbers).size, numbers.length, 'the same number twice');
      assert.ok(numbers.length >= 2, `only ${numbers.length} learnt`);
      const state = await at.policy.workspace.state(key);
      assert.equal(state.versions.length, 1 + numbers.length);
      assert.equal(state.versions.at(-1)?.updates, 1 + numbers.length, 'each built on the one before');
      assert.equal(state.accepted, 1 + numbers.length);
      await Promise.all([at.policy, other].map((on) => on.workspace.open({ key, name })));
      assert.deepEqual(await at.score(third, workspace), await at.score(third, workspace, other));
    } finally {
      await otherClient.dispose();
    }
  });
});
