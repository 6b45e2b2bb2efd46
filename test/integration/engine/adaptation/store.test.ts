import assert from 'node:assert/strict';
import { join } from 'node:path';
import { hasNoEffect, withTheta } from '../../../../src/engine/adaptation/adapter.ts';
import { AdapterStore } from '../../../../src/engine/adaptation/store.ts';
import type { LocalModel } from '../../../../src/engine/runtime/local-model-types.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

describe('AdapterStore', () => {
  const temporary = temporaryDirectory();
  let store: AdapterStore;
  beforeEach(() => {
    store = new AdapterStore({ config: tinyConfig, path: '/models/tiny', key: 'k1' });
  });

  it('is the adapters of a local model', async () => {
    const adapters: LocalModel['adapters'] = store;
    const info = await adapters.create({ name: 's', kind: 'session' });
    assert.deepEqual(info, { name: 's', kind: 'session', rank: 8, alpha: 16, updates: 0, version: 0 });
    assert.deepEqual(await adapters.list(), [info]);
    await adapters.drop('s');
    assert.deepEqual(await adapters.list(), []);
  });

  it('I6 save, change, load and reset', async () => {
    await store.create({ name: 's', kind: 'session', rank: 2, seed: 5 });
    const fresh = store.get('s');
    store.replace({
      ...withTheta(
        fresh,
        fresh.theta.map((value) => value + 0.25),
      ),
      updates: 2,
    });
    const changed = store.get('s');
    const directory = join(temporary(), 'adapter');
    await store.save({ name: 's', directory });
    assert.equal((await store.reset('s')).updates, 0);
    assert.deepEqual(store.get('s').theta, fresh.theta);
    assert.ok(hasNoEffect(store.get('s')));
    assert.equal((await store.load({ name: 't', kind: 'workspace', directory })).updates, 2);
    assert.deepEqual(store.get('t').theta, changed.theta);
    assert.equal(store.get('t').kind, 'workspace');
  });

  it('combines the selected adapters, workspace first, and keeps the result while they stay the same', async () => {
    await store.create({ name: 's', kind: 'session', rank: 2, seed: 1 });
    await store.create({ name: 'w', kind: 'workspace', rank: 3, seed: 2 });
    assert.equal(store.effective(undefined), undefined);
    assert.equal(store.effective({}), undefined);
    const both = store.effective({ session: 's', workspace: 'w' })!;
    assert.equal(both.layout.rank, 5);
    assert.equal(store.effective({ workspace: 'w', session: 's' }), both);
    assert.deepEqual(
      store.selected({ session: 's', workspace: 'w' }).map(({ name }) => name),
      ['w', 's'],
    );
    const session = store.effective({ session: 's' })!;
    assert.equal(session.layout.rank, 2);
    assert.equal(store.effective({ session: 's', workspace: 'w' })!.version, both.version);
    store.replace(withTheta(store.get('s'), store.get('s').theta.slice()));
    assert.notEqual(store.effective({ session: 's', workspace: 'w' })!.version, both.version);
  });

  it('names what is missing, taken or senseless', async () => {
    await store.create({ name: 's', kind: 'session' });
    await assert.rejects(store.create({ name: 's', kind: 'session' }), { code: 'adaptation.adapter-exists' });
    await assert.rejects(store.load({ name: 's', kind: 'session', directory: temporary() }), {
      code: 'adaptation.adapter-exists',
    });
    assert.throws(() => store.get('x'), { code: 'adaptation.no-adapter', message: /The loaded adapters are s\./ });
    assert.throws(() => store.effective({ session: 'x' }), { code: 'adaptation.no-adapter' });
    await assert.rejects(store.drop('x'), { code: 'adaptation.no-adapter' });
    for (const wrong of [{ rank: 0 }, { rank: 1.5 }, { rank: 1000 }, { alpha: 0 }, { seed: -1 }]) {
      await assert.rejects(store.create({ name: 'y', kind: 'session', ...wrong }), { code: 'adaptation.bad-spec' });
    }
    // Requests come over a wire: types alone would let these through, into a journal that nobody could read.
    for (const wrong of [{ name: '' }, { name: 5 }, { kind: 'bogus' }]) {
      const spec = { name: 'y', kind: 'session', ...wrong } as { name: string; kind: 'session' };
      await assert.rejects(store.create(spec), { code: 'adaptation.bad-spec' });
    }
    assert.equal(store.find('y'), undefined);
  });
});
