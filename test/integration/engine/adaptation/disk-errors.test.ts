import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdapter } from '../../../../src/engine/adaptation/adapter.ts';
import { loadPeft, savePeft } from '../../../../src/engine/adaptation/peft.ts';
import { WorkspaceFiles } from '../../../../src/engine/adaptation/workspace-files.ts';
import type { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { onBrokenDisk } from '../../../support/broken-disk.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

const base = { config: tinyConfig, path: '/models/tiny', key: 'k1' };
const adapter = createAdapter(tinyConfig, { name: 'w', kind: 'workspace', rank: 1, seed: 1 });
const pair = { prompt: [1], response: [2, 3] };

describe('adapters and disks that do not work', () => {
  const temporary = temporaryDirectory();
  const files = () => new WorkspaceFiles(join(temporary(), 'adapters'), base);
  const root = () => files().versions('w').root;
  const directory = (version: number) => join(root(), 'versions', String(version).padStart(6, '0'));

  async function append(): Promise<void> {
    const versions = files().versions('w');
    assert.ok(await versions.append(adapter, pair, (await versions.load('w')).at));
  }

  it('read-only: a damaged adapter is told, and stays where it is', async () => {
    const target = join(temporary(), 'adapter');
    await savePeft(adapter, base, target);
    await truncate(join(target, 'adapter_model.safetensors'), 900);
    const as = { name: 'a', kind: 'session', seed: 1 } as const;
    await assert.rejects(
      onBrokenDisk('EROFS', temporary(), () => loadPeft(target, base, as)),
      (error: RetuneError) => {
        assert.deepEqual([error.code, error.data.setAside], ['adaptation.corrupt', undefined]);
        assert.match(error.remedy, /nothing was changed in that directory/);
        return true;
      },
    );
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('read-only: a write that was interrupted is told as damage', async () => {
    const target = join(temporary(), 'adapter');
    const work = join(temporary(), '.adapter.retune-999999999-0123456789ab');
    await mkdir(join(work, 'next'), { recursive: true });
    await savePeft(adapter, base, join(temporary(), 'other'));
    await rename(join(temporary(), 'other'), join(work, 'previous'));
    const as = { name: 'a', kind: 'session', seed: 1 } as const;
    await assert.rejects(
      onBrokenDisk('EROFS', temporary(), () => loadPeft(target, base, as)),
      { code: 'adaptation.corrupt' },
    );
    assert.equal((await loadPeft(target, base, as)).rank, 1);
  });

  it('read-only: the workspace goes on with the version before, and damaged states are passed over', async () => {
    await append();
    await append();
    await truncate(join(directory(2), 'adapter_model.safetensors'), 900);
    const load = () => onBrokenDisk('EROFS', temporary(), () => files().versions('w').load('w'));
    const { adapter: found, notices } = await load();
    assert.equal(found?.version, 1);
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['adaptation.corrupt', 'adaptation.not-written'],
    );
    await writeFile(join(root(), 'state', '000003.json'), '{}');
    const second = await load();
    assert.equal(second.adapter?.version, 1);
    assert.deepEqual(
      second.notices.map(({ code, data }) => [code, data.setAside]),
      [['adaptation.damaged-file', undefined]],
    );
  });

  it('full: what was not learnt is an error with a name, and leaves no version behind', async () => {
    await append();
    const versions = files().versions('w');
    const { at } = await versions.load('w');
    const appending = onBrokenDisk('ENOSPC', join(root(), 'state'), () => versions.append(adapter, pair, at));
    await assert.rejects(appending, { code: 'adaptation.not-written' });
    assert.deepEqual(await readdir(join(root(), 'versions')), ['000001']);
    assert.equal((await versions.load('w')).adapter?.version, 1);
    await append();
  });

  it('a file in place of the folder is an error with a name', async () => {
    await writeFile(join(temporary(), 'adapters'), '');
    await assert.rejects(files().state('w'), { code: 'checkpoint.unreadable' });
    await assert.rejects(files().versions('w').append(adapter, pair, 0), { code: 'checkpoint.unreadable' });
    await assert.rejects(files().reset('w'), { code: 'adaptation.not-written' });
  });

  it('a version without its record is damaged, although PEFT could read it', async () => {
    await append();
    await append();
    await rm(join(directory(2), 'retune.json'));
    const { adapter: found, notices } = await files().versions('w').load('w');
    assert.equal(found?.version, 1);
    assert.deepEqual(
      notices.map(({ code, data }) => [code, data.setAside]),
      [['adaptation.corrupt', `${directory(2)}.corrupt-1`]],
    );
  });

  it('an export of a damaged version fails the same way each time', async () => {
    await append();
    await truncate(join(directory(1), 'adapter_model.safetensors'), 900);
    const exporting = () => files().export({ key: 'w', directory: join(temporary(), 'out') });
    await assert.rejects(exporting(), { code: 'adaptation.corrupt' });
    await assert.rejects(exporting(), { code: 'adaptation.version-unreadable' });
    assert.deepEqual(await readdir(temporary()), ['adapters']);
  });

  it('what a killed process was saving is removed when it is old', async () => {
    await append();
    const left = join(root(), 'versions', '.new-0123456789ab.retune-999999999-0123456789ab');
    await mkdir(left);
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    await utimes(left, yesterday, yesterday);
    await append();
    assert.deepEqual((await readdir(join(root(), 'versions'))).sort(), ['000001', '000002']);
  });
});
