import assert from 'node:assert/strict';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdapter, withTheta } from '../../../src/engine/adaptation/adapter.ts';
import { WorkspaceVersions } from '../../../src/engine/adaptation/workspace-versions.ts';
import { tinyConfig } from '../../unit/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

const base = { config: tinyConfig, path: '/models/tiny', key: 'k1' };

describe('WorkspaceVersions', () => {
  const temporary = temporaryDirectory();
  let versions: WorkspaceVersions;
  beforeEach(() => {
    versions = new WorkspaceVersions(join(temporary(), 'workspace'), base);
  });

  const fresh = createAdapter(tinyConfig, { name: 'w', kind: 'workspace', rank: 1, seed: 1 });
  /** An adapter whose first element tells which one it is. */
  const marked = (mark: number) =>
    withTheta(
      fresh,
      fresh.theta.map((value, i) => (i === 0 ? mark : value)),
    );
  const directory = (version: number) => join(temporary(), 'workspace', 'versions', String(version).padStart(6, '0'));

  async function current(): Promise<(number | undefined)[]> {
    const { adapter } = await new WorkspaceVersions(join(temporary(), 'workspace'), base).load('w');
    return [adapter?.version, adapter?.theta[0]];
  }

  it('begins with nothing and keeps every accepted version', async () => {
    assert.deepEqual(await versions.load('w'), { adapter: undefined, notices: [] });
    const first = await versions.append(marked(1));
    assert.deepEqual([first.version, first.theta[0]], [1, 1]);
    await versions.append(marked(2));
    assert.deepEqual(await current(), [2, 2]);
    assert.deepEqual(await versions.history(), [1, 2]);
  });

  it('reverts along the way it came, back to the base model', async () => {
    for (const mark of [1, 2]) await versions.append(marked(mark));
    const { adapter } = await versions.revert('w');
    assert.deepEqual([adapter?.version, adapter?.theta[0]], [1, 1]);
    assert.equal((await versions.append(marked(3))).version, 3);
    assert.deepEqual(await versions.history(), [1, 3]);
    await versions.revert('w');
    assert.deepEqual(await current(), [1, 1]);
    assert.deepEqual(await versions.revert('w'), { adapter: undefined, notices: [] });
    assert.deepEqual(await current(), [undefined, undefined]);
    await assert.rejects(versions.revert('w'), { code: 'adaptation.nothing-to-revert' });
  });

  it('keeps the ten newest', async () => {
    for (let mark = 1; mark <= 13; mark++) await versions.append(marked(mark));
    assert.deepEqual(await versions.history(), [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    assert.equal((await readdir(join(temporary(), 'workspace', 'versions'))).length, 10);
  });

  it('a damaged version is set aside with a notice, told once, and the one before is used', async () => {
    for (const mark of [1, 2, 3]) await versions.append(marked(mark));
    await truncate(join(directory(3), 'adapter_model.safetensors'), 900);
    const { adapter, notices } = await versions.load('w');
    assert.deepEqual([adapter?.version, adapter?.theta[0]], [2, 2]);
    assert.deepEqual(
      notices.map(({ code, data }) => [code, data.setAside]),
      [['adaptation.corrupt', `${directory(3)}.corrupt-1`]],
    );
    assert.deepEqual((await versions.load('w')).notices, []);
    assert.equal((await versions.append(marked(4))).theta[0], 4);
    assert.deepEqual(await current(), [3, 4]);
  });

  it('a lost or damaged pointer loses no version', async () => {
    for (const mark of [1, 2]) await versions.append(marked(mark));
    const pointer = join(temporary(), 'workspace', 'current.json');
    await writeFile(pointer, '{"history":');
    const { adapter, notices } = await versions.load('w');
    assert.equal(adapter?.version, 2);
    assert.deepEqual(
      notices.map(({ code, data }) => [code, data.setAside]),
      [['adaptation.damaged-file', `${pointer}.corrupt-1`]],
    );
    assert.deepEqual(await current(), [2, 2]);
  });

  it('an adapter of another base model is an error, not a loss', async () => {
    await versions.append(marked(1));
    const other = new WorkspaceVersions(join(temporary(), 'workspace'), { ...base, key: 'k2' });
    await assert.rejects(other.load('w'), { code: 'adaptation.other-base' });
    assert.deepEqual(await current(), [1, 1]);
  });

  it('remembers the newest 16 accepted pairs', async () => {
    assert.deepEqual(await versions.accepted(), { pairs: [], notices: [] });
    for (let i = 0; i < 18; i++) await versions.remember({ prompt: [i], response: [i, i + 1] });
    const { pairs } = await versions.accepted();
    assert.equal(pairs.length, 16);
    assert.deepEqual(
      [pairs[0], pairs[15]],
      [
        { prompt: [2], response: [2, 3] },
        { prompt: [17], response: [17, 18] },
      ],
    );
    await writeFile(join(temporary(), 'workspace', 'accepted.json'), '[{"prompt":[-1]}]');
    const damaged = await versions.accepted();
    assert.deepEqual([damaged.pairs, damaged.notices[0]?.code], [[], 'adaptation.damaged-file']);
  });
});
