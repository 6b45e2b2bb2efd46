import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import { makeCheckpoint, smallQwen, withDirectory } from './support.ts';

const program = new URL('./prepare-child.ts', import.meta.url).pathname;

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, 'data')) as [Buffer];
  return data.toString().trim();
}

describe('weights prepared by several processes', () => {
  it('are converted again after a converting process was killed, and its leftovers are removed', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      const child = start(directory, cache, 'int8', '0.5');
      const ended = once(child, 'exit');
      try {
        assert.equal(await firstLine(child), 'waiting');
        // While it lives, its work is left alone.
        await prepareWeights(await openCheckpoint(directory, architectures), { dtype: 'fp32', cacheDirectory: cache });
        const [leftover] = (await readdir(cache)).filter((name) => name.startsWith('.converting-'));
        assert.ok(leftover?.includes(`-${child.pid}-`));
      } finally {
        child.kill('SIGKILL');
        await ended;
      }

      const weights = await prepareWeights(await openCheckpoint(directory, architectures), {
        dtype: 'int8',
        cacheDirectory: cache,
      });
      assert.equal(weights.warm, false);
      assert.deepEqual(
        (await readdir(cache)).filter((name) => name.startsWith('.')),
        [],
      );
      assert.ok((await readdir(cache)).includes(weights.key));
    }));

  it("keep another machine's unfinished work for a day", () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      const other = `.converting-${hostname()}x-999999999-00ff`;
      await mkdir(join(cache, other), { recursive: true });
      await prepareWeights(await openCheckpoint(directory, architectures), { dtype: 'int8', cacheDirectory: cache });
      assert.ok((await readdir(cache)).includes(other));
    }));

  it('are the same when two processes convert at once', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory, { config: { ...smallQwen, vocab_size: 20_000 } });
      const cache = join(directory, 'cache');
      const children = [0, 1].map(() => start(directory, cache, 'int4'));
      const results = await Promise.all(children.map(firstLine));
      const [first, second] = results.map((line) => JSON.parse(line) as { key: string });
      assert.equal(first!.key, second!.key);
      assert.deepEqual((await readdir(cache)).sort(), [first!.key, 'sources'].sort());
      const weights = await prepareWeights(await openCheckpoint(directory, architectures), {
        dtype: 'int4',
        cacheDirectory: cache,
      });
      assert.ok(weights.warm);
    }));

  it('go to the faster one; the slower one uses its result', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      const checkpoint = await openCheckpoint(directory, architectures);
      let nested: Promise<{ key: string; directory: string }> | undefined;
      let resumed = false;
      // The second conversion starts inside the first and is awaited by the test, not by the first: whichever installs
      // last finds the other's entry.
      const outer = await prepareWeights(checkpoint, {
        dtype: 'int4',
        cacheDirectory: cache,
        onProgress: () => {
          resumed ||= true;
          nested ??= prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: cache });
        },
      });
      const inner = await nested!;
      assert.ok(resumed);
      assert.equal(inner.directory, outer.directory);
      assert.deepEqual((await readdir(cache)).sort(), [outer.key, 'sources'].sort());
    }));

  it('replace a damaged entry that appeared meanwhile', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const [cache, spare] = [join(directory, 'cache'), join(directory, 'spare')];
      const checkpoint = await openCheckpoint(directory, architectures);
      const good = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: cache });
      await cp(good.directory, spare, { recursive: true });
      await rm(join(spare, 'manifest.json'));
      await rm(cache, { recursive: true });
      let copied: Promise<void> | undefined;
      const again = await prepareWeights(checkpoint, {
        dtype: 'int4',
        cacheDirectory: cache,
        onProgress: () => {
          copied ??= cp(spare, join(cache, good.key), { recursive: true });
        },
      });
      await copied;
      assert.equal(again.key, good.key);
      assert.ok(JSON.parse(await readFile(join(again.directory, 'manifest.json'), 'utf8')));
      assert.deepEqual((await readdir(cache)).sort(), [good.key, 'sources'].sort());
    }));
});
