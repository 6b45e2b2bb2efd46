import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PolicyLease } from '../../../src/session/policy-lease.ts';
import type { RemotePolicy } from '../../../src/sidecar/client/remote-policy.ts';
import type { SidecarClient, SidecarState } from '../../../src/sidecar/client/sidecar-client.ts';
import { until } from '../../support/time.ts';
import { collect, Fixture, never, rejection } from './fixture.ts';

describe('an adapter that is dropped while its model is not open', () => {
  const fixture = new Fixture();
  let states: SidecarState[];
  let log: string[];
  let client: SidecarClient;
  beforeEach(() => {
    states = [];
    log = [];
    client = fixture.client({}, { state: (state) => states.push(state), log: (_level, message) => log.push(message) });
  });
  afterEach(() => fixture.cleanUp());

  const withTwo = async (directory?: string): Promise<RemotePolicy> => {
    const policy = await fixture.model(client, directory);
    await policy.adapters.create({ name: 's', kind: 'session' });
    await policy.adapters.create({ name: 'other', kind: 'session' });
    return policy;
  };
  const names = async (policy: RemotePolicy) => (await policy.adapters.list()).map(({ name }) => name);
  /** Opens at once, and the second time only until nobody wants it any more. */
  const slow = async (): Promise<string> => {
    const directory = join(fixture.directory(), 'slow-again');
    await mkdir(directory);
    return directory;
  };
  const killed = async () => {
    process.kill(client.processId as number, 'SIGKILL');
    await until(() => client.processId === undefined, 'the end of the process');
  };

  it('starts no process, and is gone when the model is open again', async () => {
    const policy = await withTwo();
    await client.stop();
    await policy.adapters.drop('s');
    assert.deepEqual(states, ['starting', 'running', 'stopped']);
    assert.deepEqual(await names(policy), ['other']);
    await client.stop();
    assert.deepEqual(await names(policy), ['other'], 'nor does the journal bring it back');
  });

  it('may be made again under the same name', async () => {
    const policy = await withTwo();
    await killed();
    await policy.adapters.drop('s');
    await policy.adapters.create({ name: 's', kind: 'session', rank: 4 });
    await client.stop();
    assert.deepEqual(
      (await policy.adapters.list()).map(({ name, rank }) => [name, rank]),
      [
        ['other', 8],
        ['s', 4],
      ],
    );
  });

  it('opens no model when only the worker has died', async () => {
    const policy = await withTwo();
    await rejection(collect(policy, 'die'), 'sidecar.worker-crashed');
    await policy.adapters.drop('s');
    assert.deepEqual(
      log.filter((line) => /again/.test(line)),
      [],
    );
    assert.deepEqual(await names(policy), ['other']);
  });

  it('does not wait for a model that is being opened again', async () => {
    const directory = await slow();
    const policy = await withTwo(directory);
    await client.stop();
    const stop = new AbortController();
    const ready = rejection(policy.ready(stop.signal), 'cancelled');
    await until(() => existsSync(join(directory, 'opening')), 'the opening');
    stop.abort();
    await ready;
    await policy.adapters.drop('s');
  });

  it('a model that is being opened again can be waited for until Stop, whatever asks for it', async () => {
    const directory = await slow();
    const policy = await withTwo(directory);
    await client.stop();
    const asked: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => policy.ready(signal),
      (signal) => policy.workspace.open({ key: 'k', name: 'w' }, signal),
      (signal) => policy.adapters.create({ name: 'n', kind: 'session' }, signal),
      (signal) => policy.adapters.load({ name: 'n', kind: 'session', directory: '/none' }, signal),
    ];
    for (const ask of asked) {
      const stop = new AbortController();
      const stopped = rejection(ask(stop.signal), 'cancelled');
      setTimeout(() => stop.abort(), 50);
      await stopped;
    }
    // Else two models would be in memory when the next one is opened.
    await policy.close();
    assert.equal((await client.health())?.pending, 0);
  });

  it('a model whose process or worker has ended is closed without an error', async () => {
    const policy = await withTwo();
    await rejection(collect(policy, 'die'), 'sidecar.worker-crashed');
    await policy.close();
    const other = await fixture.model(client);
    await killed();
    await other.close();
    assert.equal(client.processId, undefined);
  });
});

describe('a session’s share of the model', () => {
  const fixture = new Fixture();
  afterEach(() => fixture.cleanUp());

  const taken = async (policy: RemotePolicy): Promise<PolicyLease> => {
    const folder = fixture.directory();
    const start = {
      kind: 'session',
      version: 1,
      id: '20260101-000000-0000',
      folder,
      request: 'fix it',
      method: 'rosa2',
      maxTurns: 2,
      seed: 1,
      promptVersion: 1,
      started: '2026-01-01T00:00:00.000Z',
    } as const;
    const host = { policy: async () => policy, comment: async () => '' };
    const lease = new PolicyLease(host, { folder, request: start.request }, start, join(folder, 'adapters'));
    await lease.open(never());
    const { adapter } = await lease.take(0, undefined, never());
    assert.deepEqual(adapter, { session: 'session-20260101-000000-0000' });
    return lease;
  };

  it('is given back without starting anything', async () => {
    const states: SidecarState[] = [];
    const client = fixture.client({}, { state: (state) => states.push(state) });
    const lease = await taken(await fixture.model(client));
    await client.stop();
    await lease.forgetSessionAdapter();
    assert.deepEqual(states, ['starting', 'running', 'stopped']);
  });

  it('is given back although dropping the adapter fails', async () => {
    const policy = await fixture.model(fixture.client());
    const lease = await taken(policy);
    await policy.adapters.drop('session-20260101-000000-0000');
    await rejection(policy.adapters.drop('session-20260101-000000-0000'), 'scripted.no-adapter');
    await lease.forgetSessionAdapter();
  });
});
