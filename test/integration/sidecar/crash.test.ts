import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import type { SidecarState } from '../../../src/sidecar/client/sidecar-client.ts';
import { until } from '../../support/time.ts';
import { collect, Fixture, never, rejection } from './fixture.ts';

async function update(policy: RemotePolicy, reward: 1 | -1): Promise<void> {
  const report = await policy.update(
    { adapter: { session: 's', train: 'session' }, promptTokens: [1], responseTokens: [2, 3], reward },
    never(),
  );
  assert.equal(report.accepted, true);
}

const withAdapter = { request: { adapter: { session: 's' } } };

describe('sidecar: crashes and restarts', () => {
  const fixture = new Fixture();
  afterEach(() => fixture.cleanUp());

  it('SIGKILL mid-generation: the call rejects, the next one works with adapters intact', async () => {
    const states: SidecarState[] = [];
    const client = fixture.client({}, { state: (state) => states.push(state) });
    const policy = await fixture.model(client);
    await policy.adapters.create({ name: 's', kind: 'session', rank: 4, alpha: 32 });
    await policy.adapters.create({ name: 'dropped', kind: 'session' });
    await policy.adapters.drop('dropped');
    await update(policy, 1);
    await update(policy, 1);
    await update(policy, 1);
    const killed = collect(policy, 'tokens 5000', {
      ...withAdapter,
      onEvent: (event) =>
        event.kind === 'token' && event.id === 3 && process.kill(client.processId as number, 'SIGKILL'),
    });
    const error = await rejection(killed, 'sidecar.crashed');
    assert.match(error.what, /SIGKILL/);
    assert.match((await collect(policy, 'tokens 2', withAdapter)).generation.text, /weight 3$/);
    const [adapter, ...others] = await policy.adapters.list();
    assert.deepEqual([adapter?.name, adapter?.rank, adapter?.alpha], ['s', 4, 32]);
    assert.deepEqual(others, []);
    await update(policy, -1);
    assert.match((await collect(policy, 'tokens 2', withAdapter)).generation.text, /weight 2$/);
    assert.deepEqual(states, ['starting', 'running', 'crashed', 'starting', 'running']);
  });

  it('the worker dies by an uncaught error or an exit: the process stays, the model comes back', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    await update(policy, 1);
    const { processId } = client;
    const error = await rejection(collect(policy, 'die'), 'sidecar.worker-crashed');
    assert.match(error.why, /the scripted worker died/);
    assert.equal((await client.health())?.worker, 'none');
    assert.match((await collect(policy, 'tokens 1', withAdapter)).generation.text, /weight 1$/);
    const exited = await rejection(collect(policy, 'exit'), 'sidecar.worker-crashed');
    assert.match(exited.why, /code 3/);
    assert.match((await collect(policy, 'tokens 1', withAdapter)).generation.text, /weight 1$/);
    assert.equal(client.processId, processId);
  });

  it('several requests after a crash share one restart', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    process.kill(client.processId as number, 'SIGKILL');
    await until(() => client.processId === undefined, 'the end of the process');
    const results = await Promise.all([1, 2, 3].map((count) => collect(policy, `tokens ${count}`)));
    assert.deepEqual(
      results.map(({ generation }) => generation.responseTokens.length),
      [1, 2, 3],
    );
  });

  it('an adapter damaged on disk is set aside and reported, the model works without it', async () => {
    const stateDirectory = fixture.directory();
    const logged: string[] = [];
    const client = fixture.client({ stateDirectory }, { log: (_level, message) => logged.push(message) });
    const policy = await fixture.model(client);
    await update(policy, 1);
    await update(policy, 1);
    await policy.adapters.create({ name: 'whole', kind: 'workspace' });
    const [model = ''] = readdirSync(stateDirectory);
    const versions = readdirSync(join(stateDirectory, model)).filter((name) => name.startsWith('adapter-'));
    assert.equal(versions.length, 2, 'earlier versions are removed');
    const { adapters } = JSON.parse(readFileSync(join(stateDirectory, model, 'adapters.json'), 'utf8'));
    writeFileSync(join(stateDirectory, model, adapters[0].directory, 'adapter_model.safetensors'), '1000');
    await client.stop();
    assert.deepEqual(
      (await policy.adapters.list()).map(({ name }) => name),
      ['whole'],
    );
    assert.match(logged.join('\n'), /“s” could not be restored: .*adapter_model.safetensors has changed/);
    assert.ok(readdirSync(join(stateDirectory, model)).some((name) => name.includes('damaged')));
  });

  it('a journal that is no JSON is set aside as a whole', async () => {
    const stateDirectory = fixture.directory();
    const logged: string[] = [];
    const client = fixture.client({ stateDirectory }, { log: (_level, message) => logged.push(message) });
    const policy = await fixture.model(client);
    await update(policy, 1);
    const [model = ''] = readdirSync(stateDirectory);
    writeFileSync(join(stateDirectory, model, 'adapters.json'), '{"version":1,');
    await client.stop();
    assert.deepEqual(await policy.adapters.list(), []);
    assert.match(logged.join('\n'), /the list of adapters is damaged/);
    await update(policy, 1);
    await client.stop();
    assert.equal((await policy.adapters.list()).length, 1);
  });

  it('three crashes within a minute: stops with the last words, until it is restarted', async () => {
    const states: SidecarState[] = [];
    const command = [process.execPath, '-e', 'console.error("no GPU for you"); process.exit(9)'];
    const client = fixture.client({ command }, { state: (state) => states.push(state) });
    for (let attempt = 0; attempt < 3; attempt++) {
      const error = await rejection(fixture.model(client), 'sidecar.crashed');
      assert.match(error.message, /exit code 9[\s\S]*no GPU for you/);
    }
    const loop = await rejection(fixture.model(client), 'sidecar.crash-loop');
    assert.match(loop.message, /3 times[\s\S]*exit code 9[\s\S]*no GPU for you/);
    assert.deepEqual(states, ['starting', 'crashed', 'starting', 'crashed', 'starting', 'failed']);
    await client.restart();
    await rejection(fixture.model(client), 'sidecar.crashed');
  });

  it('stderr of the model is part of the error', async () => {
    const client = fixture.client();
    const policy = await fixture.model(client);
    await collect(policy, 'stderr the driver is unhappy');
    await until(async () => (await client.health())?.pending === 0, 'the worker to be idle');
    const dying = collect(policy, 'tokens 5000', {
      onEvent: (event) =>
        event.kind === 'token' && event.id === 1 && process.kill(client.processId as number, 'SIGKILL'),
    });
    assert.match(
      (await rejection(dying, 'sidecar.crashed')).message,
      /Its last output was:\n“[\s\S]*the driver is unhappy/,
    );
  });

  it('a process that hangs is ended, and the next request works', async () => {
    const client = fixture.client({ pingIntervalMs: 50, pingTimeoutMs: 3000 });
    const policy = await fixture.model(client);
    const waiting = collect(policy, 'tokens 5000', {
      onEvent: (event) =>
        event.kind === 'token' && event.id === 1 && process.kill(client.processId as number, 'SIGSTOP'),
    });
    assert.match((await rejection(waiting, 'sidecar.hung')).message, /3 s/);
    assert.equal((await collect(policy, 'tokens 1')).generation.finish, 'max-tokens');
  });

  it('stops when idle and comes back with adapters intact', async () => {
    const states: SidecarState[] = [];
    const client = fixture.client({ idleStopMs: 500 }, { state: (state) => states.push(state) });
    const policy = await fixture.model(client);
    await update(policy, 1);
    await collect(policy, 'tokens 150');
    assert.notEqual(client.processId, undefined, 'a long generation is not idleness');
    await until(() => states.includes('stopped') && client.processId === undefined, 'the idle stop');
    assert.match((await collect(policy, 'tokens 1', withAdapter)).generation.text, /weight 1$/);
    assert.deepEqual(states.slice(0, 5), ['starting', 'running', 'stopped', 'starting', 'running']);
  });

  it('a request during a stop waits for its end, so that two processes never share a state directory', async () => {
    const states: SidecarState[] = [];
    const client = fixture.client({}, { state: (state) => states.push(state) });
    const policy = await fixture.model(client);
    await update(policy, 1);
    const stopping = client.stop();
    assert.equal((await policy.adapters.list()).length, 1);
    await stopping;
    assert.deepEqual(states, ['starting', 'running', 'stopped', 'starting', 'running']);
  });
});
