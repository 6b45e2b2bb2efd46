import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdapter } from '../../../../src/engine/adaptation/adapter.ts';
import { fillDirectory } from '../../../../src/engine/adaptation/adapter-directory.ts';
import { loadPeft, savePeft } from '../../../../src/engine/adaptation/peft.ts';
import { tinyConfig } from '../../../unit/engine/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

const base = { config: tinyConfig, path: '/models/tiny', key: 'k1' };
const as = { name: 'a', kind: 'session', seed: 9 } as const;
const child = fileURLToPath(new URL('./killed-save.ts', import.meta.url));
const adapterFiles = ['adapter_config.json', 'adapter_model.safetensors', 'retune.json'];
const ofRank = (rank: number) => createAdapter(tinyConfig, { name: 'a', kind: 'session', rank, seed: 1 });
const save = (rank: number, directory: string) => savePeft(ofRank(rank), base, directory);
const rankIn = async (directory: string) => (await loadPeft(directory, base, as)).rank;

describe('adapter directories', () => {
  const temporary = temporaryDirectory();
  const target = () => join(temporary(), 'adapter');

  it('writing and loading leave alone whatever else has a similar name', async () => {
    await save(2, target());
    for (const name of ['adapter.previous', '.adapter.retune-previous', '.adapter.retune-1-00000000000g']) {
      await mkdir(join(temporary(), name));
      await writeFile(join(temporary(), name, 'thesis.txt'), 'x');
    }
    // As long as ours, but it holds something else.
    await mkdir(join(temporary(), '.adapter.retune-999999999-0123456789ab'));
    await writeFile(join(temporary(), '.adapter.retune-999999999-0123456789ab', 'thesis.txt'), 'x');
    const before = await readdir(temporary(), { recursive: true });
    await save(4, target());
    assert.equal(await rankIn(target()), 4);
    assert.deepEqual(await readdir(temporary(), { recursive: true }), before);
  });

  it('an adapter that does not exist is not made of another directory', async () => {
    await save(2, join(temporary(), 'bk.previous'));
    await assert.rejects(rankIn(join(temporary(), 'bk')), { code: 'adaptation.not-an-adapter' });
    assert.deepEqual(await readdir(temporary()), ['bk.previous']);
  });

  it('a symbolic link to a directory stays one, and so does one to a directory that is made', async () => {
    for (const name of ['real', 'new']) {
      await symlink(name, target());
      if (name === 'real') await save(4, join(temporary(), name));
      await save(2, target());
      assert.ok((await lstat(target())).isSymbolicLink());
      assert.equal(await rankIn(join(temporary(), name)), 2);
      await rm(target());
    }
    assert.deepEqual((await readdir(temporary())).sort(), ['new', 'real']);
  });

  it('everything else in the directory is taken along, links as links, and the folder keeps its mode', async () => {
    await save(4, target());
    await mkdir(join(target(), 'docs'), { mode: 0o700 });
    await writeFile(join(target(), 'docs', 'README.md'), 'mine');
    await symlink('docs/README.md', join(target(), 'link'));
    await symlink('nowhere', join(target(), 'dangling'));
    const { ino } = await stat(join(target(), 'docs', 'README.md'));
    await rm(join(target(), 'retune.json'));
    const { mode } = await stat(target());
    await save(2, target());
    assert.equal(await rankIn(target()), 2);
    assert.deepEqual((await readdir(target())).sort(), [...adapterFiles, 'dangling', 'docs', 'link'].sort());
    assert.equal((await stat(join(target(), 'docs', 'README.md'))).ino, ino, 'an open file is another one now');
    assert.equal((await stat(join(target(), 'docs'))).mode & 0o777, 0o700);
    assert.equal((await stat(target())).mode, mode);
    assert.deepEqual(
      [await readlink(join(target(), 'link')), await readlink(join(target(), 'dangling'))],
      ['docs/README.md', 'nowhere'],
    );
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('a folder without an adapter stays the same folder', async () => {
    await mkdir(target());
    await writeFile(join(target(), 'notes.txt'), 'mine');
    const { ino } = await stat(target());
    await save(4, target());
    assert.equal((await stat(target())).ino, ino);
    assert.equal(await rankIn(target()), 4);
    assert.deepEqual((await readdir(target())).sort(), [...adapterFiles, 'notes.txt'].sort());
  });

  it('a write that fails leaves the adapter as it was', async () => {
    await save(4, target());
    await rm(join(target(), 'retune.json'));
    await assert.rejects(
      fillDirectory(target(), async (directory) => {
        await writeFile(join(directory, 'adapter_config.json'), '{}');
        throw new Error('no space');
      }),
      /no space/,
    );
    assert.equal(await rankIn(target()), 4);
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('writers at once: one of the adapters is there, whole, and nothing is left', async () => {
    await save(1, target());
    await writeFile(join(target(), 'notes.txt'), 'mine');
    await Promise.allSettled([2, 3, 4, 5].map((rank) => save(rank, target())));
    assert.ok((await rankIn(target())) > 1);
    assert.equal(await readFile(join(target(), 'notes.txt'), 'utf8'), 'mine');
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('what another process is writing stays, unless it is too old to be that', async () => {
    const work = join(temporary(), `.adapter.retune-${process.ppid}-0123456789ab`);
    await mkdir(join(work, 'next'), { recursive: true });
    await save(2, target());
    assert.deepEqual(await readdir(work), ['next']);
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    await utimes(work, yesterday, yesterday);
    await save(2, target());
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('a predecessor whose place was taken by somebody else is not removed', async () => {
    const work = join(temporary(), '.adapter.retune-999999999-0123456789ab');
    await save(4, target());
    await mkdir(join(work, 'next'), { recursive: true });
    await rename(target(), join(work, 'previous'));
    await mkdir(target());
    await save(2, target());
    assert.equal(await rankIn(join(work, 'previous')), 4);
    await rm(target(), { recursive: true });
    assert.equal(await rankIn(target()), 4, 'and it is put back when the place is free');
  });

  describe('SIGKILL before any change of the file system', () => {
    const kinds: Record<string, () => Promise<void>> = {
      'with a record': async () => undefined,
      'as PEFT writes it, with a file of the user': async () => {
        await rm(join(target(), 'retune.json'));
        await writeFile(join(target(), 'README.md'), 'mine');
      },
      'behind a link': async () => {
        await rename(target(), join(temporary(), 'real'));
        await symlink('real', target());
      },
    };
    for (const [kind, prepare] of Object.entries(kinds)) {
      it(`leaves the old adapter or the new one: ${kind}`, async () => {
        const seen = new Set<number>();
        for (let n = 1; ; n++) {
          await rm(target(), { recursive: true, force: true });
          await save(4, target());
          await prepare();
          const names = (await readdir(temporary())).sort();
          const files = new Set([...(await readdir(target())), ...adapterFiles]);
          const args = ['--disable-warning=ExperimentalWarning', child, target(), String(n)];
          const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'close');

          const rank = await rankIn(target());
          seen.add(rank);
          assert.ok(rank === 4 || rank === 2, `rank ${rank} at ${n}`);
          if (files.has('README.md')) assert.equal(await readFile(join(target(), 'README.md'), 'utf8'), 'mine');
          assert.equal(await realpath(target()), join(await realpath(temporary()), names.at(-1)!));

          await save(3, target());
          assert.equal(await rankIn(target()), 3);
          assert.deepEqual(new Set(await readdir(target())), files);
          assert.deepEqual((await readdir(temporary())).sort(), names, `left at ${n}`);
          await rm(join(temporary(), 'real'), { recursive: true, force: true });
          if (code === 0) break;
        }
        assert.deepEqual([...seen].sort(), [2, 4]);
      });
    }
  });
});
