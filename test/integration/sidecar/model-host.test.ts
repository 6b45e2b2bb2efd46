import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalModel } from '../../../src/engine/runtime/local-model-types.ts';
import type { Engine } from '../../../src/sidecar/server/engine.ts';
import { ModelHost } from '../../../src/sidecar/server/model-host.ts';
import { onBrokenDisk } from '../../support/broken-disk.ts';
import { never } from './fixture.ts';
import { openScriptedModel } from './scripted/scripted-model.ts';

describe('sidecar: opening a model', () => {
  let directory: string;
  let warnings: string[];
  let opened: LocalModel[];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'retune-model-host-'));
    warnings = [];
    opened = [];
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const state = () => join(directory, 'state');
  const newHost = () =>
    new ModelHost(
      { state: state(), adapters: join(directory, 'adapters') },
      { adaptersChanged: () => undefined, warn: (message) => warnings.push(message) },
    );
  const engine = {
    openModel: async (options, hooks, signal) => {
      const model = await openScriptedModel(options, hooks, signal);
      opened.push(model);
      return model;
    },
  } as Engine;
  const open = (host: ModelHost, restore: boolean, model = 'm') =>
    host.open(engine, { model, options: { directory: '/models/scripted' }, restore }, () => undefined, never());

  async function recorded(names: readonly string[]): Promise<void> {
    const host = newHost();
    await open(host, false);
    for (const name of names) {
      await host.call('adapters.create', 'm', { name, kind: 'session' }, () => undefined, never());
    }
  }

  for (const code of ['ENOSPC', 'EROFS'] as const) {
    it(`restores its adapters on a disk that says ${code}`, async () => {
      await recorded(['a', 'b']);
      const whole = await onBrokenDisk(code, directory, () => open(newHost(), true));
      assert.deepEqual([whole.adapters.length, whole.lost, warnings], [2, [], []]);

      writeFileSync(join(state(), 'm', 'adapter-0', 'adapter_model.safetensors'), '7');
      const { adapters, lost } = await onBrokenDisk(code, directory, () => open(newHost(), true));
      assert.deepEqual(
        adapters.map(({ name }) => name),
        ['b'],
      );
      assert.match(lost[0]?.why ?? '', code === 'EROFS' ? /its files are still in .*adapter-0 \(EROFS/ : /are now in/);
      assert.match(warnings.join('\n'), new RegExp(`could not be written \\(${code}`));
    });

    it(`opens without a list of adapters that is damaged, on a disk that says ${code}`, async () => {
      await recorded(['a']);
      writeFileSync(join(state(), 'm', 'adapters.json'), '{');
      const { adapters, lost } = await onBrokenDisk(code, directory, () => open(newHost(), true));
      assert.deepEqual([adapters, lost.length], [[], 1]);
    });
  }

  it('writes nothing when nothing was lost', async () => {
    await recorded(['a']);
    const before = readdirSync(join(state(), 'm'));
    await onBrokenDisk('EROFS', directory, () => open(newHost(), true));
    assert.deepEqual([readdirSync(join(state(), 'm')), warnings], [before, []]);
  });

  it('releases the model when its folder cannot be used', async () => {
    writeFileSync(state(), '');
    const host = newHost();
    let disposed = 0;
    const counting = {
      ...engine,
      openModel: async (...parameters: Parameters<Engine['openModel']>) => {
        const model = await engine.openModel(...parameters);
        const dispose = model.dispose.bind(model);
        model.dispose = async () => {
          disposed++;
          await dispose();
        };
        return model;
      },
    };
    const params = { model: 'm', options: { directory: '/models/scripted' }, restore: false };
    await assert.rejects(
      host.open(counting, params, () => undefined, never()),
      { code: 'ENOTDIR' },
    );
    assert.equal(disposed, 1);
  });

  for (const name of ['..', '.', '', 'a/b', 'a\\b', 'x'.repeat(65), 'ä']) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 10))}, before anything is touched`, async () => {
      mkdirSync(state());
      writeFileSync(join(directory, 'mine'), '');
      await assert.rejects(open(newHost(), false, name), { code: 'sidecar.bad-model-name' });
      assert.ok(existsSync(state()) && existsSync(join(directory, 'mine')));
      assert.deepEqual(opened, []);
    });
  }
});
