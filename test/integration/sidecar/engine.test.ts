import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScoreRequest } from '../../../src/policy/score.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import { SidecarClient } from '../../../src/sidecar/client/sidecar-client.ts';
import { until } from '../../support/time.ts';
import { Fixture, never } from './fixture.ts';

const checkpoint = fileURLToPath(new URL('../../fixtures/checkpoints/qwen2', import.meta.url));
const oracle = JSON.parse(readFileSync(join(checkpoint, 'oracle.json'), 'utf8')) as {
  greedyPrompt: number[];
  greedyTokens: number[];
};

describe('sidecar with the real engine', () => {
  const fixture = new Fixture();
  let client: SidecarClient;
  let policy: RemotePolicy;
  let stateDirectory: string;
  before(async () => {
    stateDirectory = fixture.directory();
    client = new SidecarClient({ clientName: 'test', stateDirectory });
    const cacheDirectory = fixture.directory();
    const options = { directory: checkpoint, dtype: 'fp32', provider: 'cpu', threads: 1, cacheDirectory } as const;
    policy = await client.openModel(options, {}, never());
  });
  after(async () => {
    await client.dispose();
    await fixture.cleanUp();
  });

  const completion = oracle.greedyTokens.slice(0, 16);
  const request = (adapter?: string): ScoreRequest => ({
    prompt: { tokens: oracle.greedyPrompt },
    completion: { tokens: completion },
    ...(adapter === undefined ? {} : { adapter: { session: adapter } }),
  });
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it('streams the oracle’s greedy tokens; their texts are the answer', async () => {
    const ids: number[] = [];
    let text = '';
    const stream = policy.generate(
      {
        prompt: { tokens: oracle.greedyPrompt },
        sampling: { temperature: 0, repetitionPenalty: 1 },
        maxTokens: 64,
        logprobs: true,
      },
      never(),
    );
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) {
      if (next.value.kind !== 'token') continue;
      ids.push(next.value.id);
      text += next.value.text;
    }
    assert.deepEqual(ids, oracle.greedyTokens);
    assert.deepEqual(next.value.responseTokens, ids);
    assert.equal(next.value.text.startsWith(text), true);
    const score = await policy.score(request(), never());
    for (const [index, logprob] of score.logprobs.entries()) {
      assert.ok(Math.abs(logprob - (next.value.logprobs?.[index] ?? 0)) < 1e-4, `token ${index}`);
    }
  });

  it('a cancelled update rejects and changes nothing', async () => {
    const step = {
      adapter: { session: 'c', train: 'session' },
      promptTokens: oracle.greedyPrompt,
      responseTokens: completion,
      reward: -1,
      options: { solver: 'gauss-newton' },
    } as const;
    // Earlier and earlier, in case the update was faster than the timer.
    for (const delay of [20, 5, 0]) {
      await policy.adapters.create({ name: 'c', kind: 'session', rank: 4, seed: 1 });
      const before = await policy.score(request('c'), never());
      const stop = new AbortController();
      const updating = policy.update(step, stop.signal);
      if (delay === 0) stop.abort();
      else setTimeout(() => stop.abort(), delay);
      const error = await updating.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) {
        assert.equal((error as { code?: unknown }).code, 'cancelled');
        assert.deepEqual((await policy.score(request('c'), never())).logprobs, before.logprobs);
        assert.equal((await policy.adapters.list())[0]?.updates, 0);
        await policy.adapters.drop('c');
        return;
      }
      await policy.adapters.drop('c');
    }
    assert.fail('it was never cancelled');
  });

  it('an update survives SIGKILL bit for bit, with its count', async () => {
    await policy.adapters.create({ name: 's', kind: 'session', rank: 4, seed: 1 });
    const before = await policy.score(request('s'), never());
    const report = await policy.update(
      {
        adapter: { session: 's', train: 'session' },
        promptTokens: oracle.greedyPrompt,
        responseTokens: completion,
        reward: -1,
        options: { solver: 'one-step' },
      },
      never(),
    );
    assert.equal(report.accepted, true, `rolled back: ${report.reason}`);
    const adapted = await policy.score(request('s'), never());
    assert.ok(sum(adapted.logprobs) < sum(before.logprobs) - 1e-3);
    const listed = await policy.adapters.list();
    process.kill(client.processId as number, 'SIGKILL');
    await until(() => client.processId === undefined, 'the end of the process');
    assert.deepEqual((await policy.score(request('s'), never())).logprobs, adapted.logprobs);
    assert.deepEqual(await policy.adapters.list(), listed);
    const [model = ''] = readdirSync(stateDirectory);
    assert.equal(readdirSync(join(stateDirectory, model)).filter((name) => name.startsWith('adapter-')).length, 1);
  });

  it('an adapter that was saved computes the same when it is loaded again, and goes on counting', async () => {
    const directory = join(fixture.directory(), 'saved');
    await policy.adapters.create({ name: 'a', kind: 'session', rank: 4, seed: 2 });
    const step = { promptTokens: oracle.greedyPrompt, responseTokens: completion, reward: -1 } as const;
    const report = await policy.update({ adapter: { session: 'a', train: 'session' }, ...step }, never());
    assert.ok(report.accepted, `rolled back: ${report.reason}`);
    const adapted = await policy.score(request('a'), never());
    await policy.adapters.save({ name: 'a', directory });
    const [before] = (await policy.adapters.list()).filter(({ name }) => name === 'a');
    await policy.adapters.drop('a');
    const loaded = await policy.adapters.load({ name: 'a', kind: 'session', directory });
    assert.deepEqual(loaded, before);
    assert.equal(loaded.updates, 1);
    assert.deepEqual((await policy.score(request('a'), never())).logprobs, adapted.logprobs);
    await policy.adapters.drop('a');
  });

  it('roll-backs go on counting after a crash and in an adapter that was saved: two in a row mean words only', async () => {
    // No step is that small and still raises the probability by what counts.
    const impossible = {
      promptTokens: oracle.greedyPrompt,
      responseTokens: completion,
      reward: -1,
      options: { klCap: 1e-12 },
    } as const;
    const reject = (name: string) =>
      policy.update({ adapter: { session: name, train: 'session' }, ...impossible }, never());
    const directory = join(fixture.directory(), 'saved');
    await policy.adapters.create({ name: 'r', kind: 'session', rank: 4, seed: 3 });
    assert.equal((await reject('r')).reason, 'kl-response');
    process.kill(client.processId as number, 'SIGKILL');
    await until(() => client.processId === undefined, 'the end of the process');
    assert.equal((await reject('r')).reason, 'kl-response');
    await client.restart();
    assert.equal((await reject('r')).reason, 'disabled');
    await policy.adapters.save({ name: 'r', directory });
    await policy.adapters.load({ name: 'again', kind: 'session', directory });
    assert.equal((await reject('again')).reason, 'disabled');
    await policy.adapters.reset('again');
    assert.equal((await reject('again')).reason, 'kl-response', 'a reset begins again');
  });
});
