import assert from 'node:assert/strict';
import { assertWithin, until } from '../../support/time.ts';
import { alive, collect, Fixture, never, rejection } from './fixture.ts';

describe('sidecar: generation over the wire', () => {
  const fixture = new Fixture();
  afterEach(() => fixture.cleanUp());

  it('opens with progress, streams in order, returns the generation', async () => {
    const client = fixture.client();
    const stages: string[] = [];
    const policy = await client.openModel(
      { directory: '/models/scripted', dtype: 'int4' },
      { onProgress: ({ stage }) => stages.push(stage) },
      never(),
    );
    assert.deepEqual(stages, ['reading', 'loading']);
    assert.equal(policy.info.dtype, 'int4');
    const { events, generation } = await collect(policy, 'tokens 40');
    const expected = Array.from({ length: 40 }, (_, id) => ({ kind: 'token', id, text: `${id} ` }));
    assert.deepEqual(events, [{ kind: 'prefill', done: 1, total: 1 }, ...expected]);
    assert.deepEqual(
      generation.responseTokens,
      Array.from({ length: 40 }, (_, id) => id),
    );
    assert.equal(generation.finish, 'max-tokens');
  });

  it('a cancelled generation resolves with what it has', async () => {
    const policy = await fixture.model(fixture.client());
    const stop = new AbortController();
    const { generation } = await collect(policy, 'tokens 5000', {
      signal: stop.signal,
      onEvent: (event) => event.kind === 'token' && event.id === 4 && stop.abort(),
    });
    assert.equal(generation.finish, 'cancelled');
    assert.ok(generation.responseTokens.length >= 5 && generation.responseTokens.length < 500);
    assert.equal((await collect(policy, 'tokens 2')).generation.finish, 'max-tokens');
  });

  it('a cancellation reaches runs that never return to the event loop', async () => {
    const policy = await fixture.model(fixture.client());
    const stop = new AbortController();
    const { generation } = await collect(policy, 'runs 200', {
      signal: stop.signal,
      onEvent: (event) => event.kind === 'token' && event.id === 2 && stop.abort(),
    });
    assert.equal(generation.finish, 'cancelled');
    assert.ok(generation.responseTokens.length < 200, 'all 200 runs were made');
  });

  it('leaving the iteration early cancels and waits for the end', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    for await (const event of policy.generate({ prompt: { text: 'tokens 5000' } }, never())) {
      if (event.kind === 'token') break;
    }
    assert.equal((await client.health())?.pending, 0);
  });

  it('cancelled before it starts: resolves without starting a process', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    await client.stop();
    const { events, generation } = await collect(policy, 'tokens 3', { signal: AbortSignal.abort() });
    assert.deepEqual(events, []);
    assert.equal(generation.finish, 'cancelled');
    assert.equal(client.processId, undefined);
  });

  it('requests of one model wait for each other, and a waiting one can be cancelled', async () => {
    const policy = await fixture.model(fixture.client());
    const order: string[] = [];
    const stop = new AbortController();
    const first = collect(policy, 'tokens 50', {
      onEvent: (event) => event.kind === 'token' && event.id === 10 && stop.abort(),
    }).then(() => order.push('first'));
    const waiting = collect(policy, 'tokens 50', { signal: stop.signal }).then(({ generation }) => {
      order.push('cancelled');
      assert.deepEqual(generation.responseTokens, []);
      assert.equal(generation.finish, 'cancelled');
    });
    const last = collect(policy, 'tokens 1').then(() => order.push('last'));
    await Promise.all([first, waiting, last]);
    assert.deepEqual(order, ['cancelled', 'first', 'last']);
  });

  it('the main thread answers while a native run blocks the worker', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    await policy.adapters.create({ name: 'a', kind: 'session', rank: 4 });
    let health: Awaited<ReturnType<typeof client.health>>;
    const started = Date.now();
    const blocked = collect(policy, 'native', {
      onEvent: (event) => {
        if (event.kind === 'token') {
          setTimeout(async () => {
            health = await client.health();
            assert.deepEqual(
              (await policy.adapters.list()).map(({ name }) => name),
              ['a'],
            );
            process.kill(client.processId as number, 'SIGKILL');
          }, 50);
        }
      },
    });
    await rejection(blocked, 'sidecar.crashed');
    assert.equal(health?.worker, 'busy');
    assert.equal(health?.pending, 1);
    assertWithin(Date.now() - started, 3000, 'answers that do not wait for the native run');
  });

  it('batch, score and update return their results', async () => {
    const policy = await fixture.model(fixture.client());
    const batch = await policy.generateBatch(
      [{ prompt: { text: 'tokens 1' } }, { prompt: { text: 'tokens 2' } }],
      never(),
    );
    assert.deepEqual(
      batch.map(({ responseTokens }) => responseTokens),
      [[0], [0, 1]],
    );
    const score = await policy.score({ prompt: { text: 'x' }, completion: { text: 'ab' } }, never());
    assert.deepEqual(score, { promptTokens: [1], completionTokens: [97, 98], logprobs: [-1, -1] });
    const report = await policy.update(
      { adapter: { session: 's', train: 'session' }, promptTokens: [1], responseTokens: [2, 3], reward: -1 },
      never(),
    );
    assert.equal(report.accepted, true);
    assert.deepEqual(await policy.adapters.list(), [
      { name: 's', kind: 'session', rank: 8, alpha: 16, updates: 1, version: 0 },
    ]);
    await policy.adapters.reset('s');
    assert.equal((await policy.adapters.list())[0]?.updates, 0);
    await policy.adapters.drop('s');
    assert.deepEqual(await policy.adapters.list(), []);
  });

  it('an error of the engine arrives with all its fields, an unforeseen one as internal', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    const error = await rejection(collect(policy, 'throw'), 'scripted.refused');
    assert.deepEqual(error.toJSON(), {
      code: 'scripted.refused',
      what: 'It did not work.',
      why: 'The script says so.',
      remedy: 'Write another script.',
      data: { answer: 42 },
    });
    const bug = await rejection(collect(policy, 'bug'), 'sidecar.internal');
    assert.match(bug.why, /undefined is not a tensor/);
    await rejection(fixture.model(client, '/models/missing'), 'checkpoint.missing');
    assert.equal((await collect(policy, 'tokens 2')).generation.text, '0 1 | weight 0');
  });

  it('two models side by side, closed one by one', async () => {
    const client = fixture.client();
    const [one, two] = await Promise.all([fixture.model(client, '/models/one'), fixture.model(client, '/models/two')]);
    await one.adapters.create({ name: 'a', kind: 'session' });
    assert.deepEqual(await two.adapters.list(), []);
    await one.close();
    await rejection(collect(one, 'tokens 1'), 'sidecar.stopped');
    assert.equal((await collect(two, 'tokens 1')).generation.finish, 'max-tokens');
    assert.equal((await client.health())?.openModels.length, 1);
  });

  it('prints of the model never reach the protocol', async () => {
    const heard: string[] = [];
    const client = fixture.client({}, { output: (text) => heard.push(text) });
    const policy = await fixture.model(client);
    assert.equal((await collect(policy, 'print 20')).generation.responseTokens.length, 20);
    assert.equal((await collect(policy, 'console 20')).generation.responseTokens.length, 20);
    await until(() => /console says 19/.test(heard.join('')), 'the console output');
    assert.match(heard.join(''), /native says 19/);
  });

  it('dispose ends the process and removes the state', async () => {
    const stateDirectory = fixture.directory();
    const client = fixture.client({ stateDirectory });
    const policy = await fixture.model(client);
    await policy.adapters.create({ name: 'a', kind: 'session' });
    const { processId } = client;
    await client.dispose();
    assert.equal(alive(processId as number), false);
    const { existsSync } = await import('node:fs');
    assert.equal(existsSync(stateDirectory), false);
    await rejection(collect(policy, 'tokens 1'), 'sidecar.stopped');
  });
});
