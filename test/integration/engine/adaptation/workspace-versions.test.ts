import assert from 'node:assert/strict';
import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAdapter, withTheta } from '../../../../src/engine/adaptation/adapter.ts';
import { WorkspaceVersions } from '../../../../src/engine/adaptation/workspace-versions.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';
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

  const pair = { prompt: [1], response: [2, 3] };
  async function append(mark: number, of = versions) {
    const saved = await of.append(marked(mark), pair, (await of.load('w')).at);
    assert.ok(saved);
    return saved;
  }
  const history = async () => (await versions.state()).state.history;

  async function current(): Promise<(number | undefined)[]> {
    const { adapter } = await new WorkspaceVersions(join(temporary(), 'workspace'), base).load('w');
    return [adapter?.version, adapter?.theta[0]];
  }

  it('begins with nothing and keeps every accepted version', async () => {
    assert.deepEqual(await versions.load('w'), { adapter: undefined, accepted: [], notices: [], at: 0 });
    const first = await append(1);
    assert.deepEqual([first.version, first.theta[0]], [1, 1]);
    await append(2);
    assert.deepEqual(await current(), [2, 2]);
    assert.deepEqual(await history(), [1, 2]);
  });

  it('reverts along the way it came, back to the base model', async () => {
    for (const mark of [1, 2]) await append(mark);
    const { adapter } = await versions.revert('w');
    assert.deepEqual([adapter?.version, adapter?.theta[0]], [1, 1]);
    assert.equal((await append(3)).version, 3);
    assert.deepEqual(await history(), [1, 3]);
    await versions.revert('w');
    assert.deepEqual(await current(), [1, 1]);
    assert.equal((await versions.revert('w')).adapter, undefined);
    assert.deepEqual(await current(), [undefined, undefined]);
    await assert.rejects(versions.revert('w'), { code: 'adaptation.nothing-to-revert' });
  });

  it('keeps the ten newest', async () => {
    for (let mark = 1; mark <= 13; mark++) await append(mark);
    assert.deepEqual(await history(), [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    assert.equal((await readdir(join(temporary(), 'workspace', 'versions'))).length, 10);
  });

  it('a damaged version is set aside with a notice, told once, and the one before is used', async () => {
    for (const mark of [1, 2, 3]) await append(mark);
    await truncate(join(directory(3), 'adapter_model.safetensors'), 900);
    const { adapter, notices } = await versions.load('w');
    assert.deepEqual([adapter?.version, adapter?.theta[0]], [2, 2]);
    assert.deepEqual(
      notices.map(({ code, data }) => [code, data.setAside]),
      [['adaptation.corrupt', `${directory(3)}.corrupt-1`]],
    );
    assert.deepEqual((await versions.load('w')).notices, []);
    assert.equal((await append(4)).theta[0], 4);
    assert.deepEqual(await current(), [3, 4]);
  });

  it('a damaged state loses no version: the state before it counts', async () => {
    for (const mark of [1, 2, 3]) await append(mark);
    const state = join(temporary(), 'workspace', 'state');
    const [newest = ''] = (await readdir(state)).sort().reverse();
    const text = await readFile(join(state, newest), 'utf8');
    for (const damage of [text.slice(0, 20), text.replace('"history":[1,2,3]', '"history":[1,2,2]'), '{}', '']) {
      await writeFile(join(state, newest), damage);
      const { adapter, notices } = await versions.load('w');
      assert.equal(adapter?.version, 2);
      assert.deepEqual(
        notices.map(({ code }) => code),
        ['adaptation.damaged-file'],
      );
      assert.deepEqual(await current(), [2, 2]);
    }
    assert.equal((await append(4)).version, 4);
    assert.deepEqual(await current(), [4, 4]);
  });

  it('with the states lost all versions on disk count', async () => {
    for (const mark of [1, 2]) await append(mark);
    await rm(join(temporary(), 'workspace', 'state'), { recursive: true });
    assert.deepEqual(await current(), [2, 2]);
    await append(3);
    await versions.revert('w');
    assert.deepEqual(await current(), [2, 2]);
  });

  it('a version whose process was killed before it counted is never current', async () => {
    const copy = join(temporary(), 'copy');
    await append(1);
    await cp(join(temporary(), 'workspace'), copy, { recursive: true });
    await rm(join(copy, 'state', '000002.json'));
    const { adapter } = await new WorkspaceVersions(copy, base).load('w');
    assert.equal(adapter, undefined);
    const next = new WorkspaceVersions(copy, base);
    assert.equal((await append(2, next)).version, 2);
    assert.deepEqual(await readdir(join(copy, 'versions')), ['000002']);
  });

  it('of two processes that append to the same version one is told that it came too late', async () => {
    await append(1);
    const both = [2, 3].map(async (mark) => {
      const own = new WorkspaceVersions(join(temporary(), 'workspace'), base);
      const { at } = await own.load('w');
      return () => own.append(marked(mark), pair, at);
    });
    const saved = await Promise.all((await Promise.all(both)).map((run) => run()));
    const [winner, ...others] = saved.filter((adapter) => adapter !== undefined);
    assert.ok(winner && others.length === 0, `${saved.length - others.length - 1} lost`);
    assert.deepEqual(await current(), [winner.version, winner.theta[0]]);
    assert.deepEqual((await readdir(join(temporary(), 'workspace', 'versions'))).length, 2);
    assert.deepEqual(await versions.append(marked(9), pair, 1), undefined);
  });

  it('an adapter of another base model is an error, not a loss', async () => {
    await append(1);
    const other = new WorkspaceVersions(join(temporary(), 'workspace'), { ...base, key: 'k2' });
    await assert.rejects(other.load('w'), { code: 'adaptation.other-base' });
    assert.deepEqual(await current(), [1, 1]);
  });

  it('remembers the newest 16 accepted answers; a reverted version takes its answer with it', async () => {
    for (let i = 0; i < 18; i++) {
      const { at } = await versions.load('w');
      await versions.append(marked(i), { prompt: [i % 8], response: [i % 8, 1] }, at);
    }
    const first = (await versions.load('w')).accepted;
    assert.equal(first.length, 16);
    assert.deepEqual([first[0]?.prompt, first[15]?.prompt], [[2], [17 % 8]]);
    const { accepted } = await versions.revert('w');
    assert.deepEqual(accepted, first.slice(0, 15));
  });

  it('what was learnt before the oldest version kept cannot be taken back one by one', async () => {
    for (let mark = 1; mark <= 11; mark++) await append(mark);
    for (let mark = 11; mark >= 3; mark--) await versions.revert('w');
    assert.deepEqual(await current(), [2, 2]);
    const error = await versions.revert('w').catch((reason: unknown) => reason);
    assert.ok(error instanceof RetuneError && error.code === 'adaptation.nothing-to-revert');
    assert.match(error.why, /1 older/);
    assert.deepEqual(await current(), [2, 2]);
  });
});
