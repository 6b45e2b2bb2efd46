import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphBuilder } from '../../../../src/engine/graph/builder.ts';
import { createGraphSession } from '../../../../src/engine/runtime/graph-session.ts';
import { FixtureCache, type PreparedFixture } from '../../../support/oracle.ts';

/** Files that sessions write beside the weights. */
describe('graph files', () => {
  const cache = new FixtureCache();
  let fixture: PreparedFixture;
  beforeEach(async () => {
    fixture = await cache.prepare('qwen2-train', { dtype: 'int8' });
  });
  afterEach(() => cache.dispose());

  const open = async (): Promise<void> => {
    const g = new GraphBuilder();
    const x = g.input('x', 'float', [3]);
    g.output('y', g.add(x, x), 'float', [3]);
    const session = await createGraphSession(g.finish('doubled'), fixture.weights, 'cpu', {
      threads: 1,
      kind: 'decode',
    });
    await session.release();
  };
  const written = async (): Promise<string[]> => {
    const names = await readdir(fixture.weights.directory);
    return names
      .filter((name) => /\.onnx$|^zero-points/.test(name))
      .map((name) => join(fixture.weights.directory, name));
  };

  it('are written once, and again when their bytes are not right', async () => {
    await open();
    const paths = await written();
    assert.equal(paths.length, 2);
    for (const path of paths) {
      const good = await readFile(path);
      const { ino } = await stat(path);
      await open();
      assert.equal((await stat(path)).ino, ino);
      const damaged = Buffer.from(good);
      damaged[good.length - 1]! ^= 1;
      for (const bytes of [damaged, good.subarray(1)]) {
        await writeFile(path, bytes);
        await open();
        assert.deepEqual(await readFile(path), good);
      }
    }
  });

  it('that are directories are an error of the cache', async () => {
    await open();
    for (const path of await written()) {
      await rm(path);
      await mkdir(path);
      await assert.rejects(open(), { code: 'checkpoint.cache-not-writable' });
      await rm(path, { recursive: true });
      await open();
    }
  });
});
