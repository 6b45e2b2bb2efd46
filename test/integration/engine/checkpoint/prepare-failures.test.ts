import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import { makeCheckpoint, smallQwen, withDirectory } from './support.ts';

const child = new URL('./prepare-child.ts', import.meta.url).pathname;

describe('preparing weights fails without leaving anything', () => {
  for (const dtype of ['fp32', 'int8', 'int4'] as const) {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      it(`on ${value} in a weight (${dtype})`, () =>
        withDirectory(async (directory) => {
          await makeCheckpoint(directory, {
            dtype: 'BF16',
            change: (tensors) => {
              tensors.find(({ name }) => name === 'model.layers.1.mlp.up_proj.weight')!.data[77] = value;
              return tensors;
            },
          });
          const cache = join(directory, 'cache');
          await assert.rejects(
            prepareWeights(await openCheckpoint(directory, architectures), { dtype, cacheDirectory: cache }),
            new RegExp(`model\\.layers\\.1\\.mlp\\.up_proj\\.weight contains ${value} \\(element 77\\)`),
          );
          assert.deepEqual(await readdir(cache), []);
        }));
    }
  }

  it('on NaN beyond the first chunk, whose element it names', () =>
    withDirectory(async (directory) => {
      const at = 40_000 * 64 - 1;
      await makeCheckpoint(directory, {
        config: { ...smallQwen, vocab_size: 40_000 },
        change: (tensors) => {
          tensors[0]!.data[at] = Number.NaN;
          return tensors;
        },
      });
      const options = { dtype: 'int8', cacheDirectory: join(directory, 'cache') } as const;
      await assert.rejects(
        prepareWeights(await openCheckpoint(directory, architectures), options),
        new RegExp(`element ${at}\\b`),
      );
    }));

  it('when cancelled between chunks', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      const checkpoint = await openCheckpoint(directory, architectures);
      for (const at of [0, 0.3, 0.9, 1]) {
        const controller = new AbortController();
        const onProgress = (fraction: number) => {
          assert.ok(!controller.signal.aborted, 'nothing more is converted');
          if (fraction >= at) controller.abort();
        };
        const options = { dtype: 'int4', cacheDirectory: cache, onProgress } as const;
        await assert.rejects(prepareWeights(checkpoint, options, controller.signal), { code: 'cancelled' });
        assert.deepEqual(await readdir(cache), []);
      }
    }));

  it('when cancelled before it began', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const options = { dtype: 'int4', cacheDirectory: join(directory, 'cache') } as const;
      const checkpoint = await openCheckpoint(directory, architectures);
      await assert.rejects(prepareWeights(checkpoint, options, AbortSignal.abort()), { code: 'cancelled' });
      assert.ok(!(await readdir(directory)).includes('cache'));
    }));

  it('when the source changes meanwhile', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const checkpoint = await openCheckpoint(directory, architectures);
      await makeCheckpoint(directory, { seed: 2 });
      const cache = join(directory, 'cache');
      await assert.rejects(
        prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: cache }),
        /model\.safetensors changed while it was being converted/,
      );
      assert.deepEqual(await readdir(cache), []);
    }));

  it('when a block does not divide the rows', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      await assert.rejects(
        prepareWeights(await openCheckpoint(directory, architectures), {
          dtype: 'int4',
          block: 128,
          cacheDirectory: cache,
        }),
        /blocks of 128.*64 values.*Use blocks of 64/,
      );
      assert.ok(!(await readdir(directory)).includes('cache'));
    }));

  it('when the disk is too small, before anything is written', function () {
    // A file with a hole stands for a model larger than the disk; Windows would allocate it.
    if (process.platform === 'win32') this.skip();
    return withDirectory(async (directory) => {
      const { bavail, bsize } = await statfs(directory);
      const rows = Math.ceil((bavail * bsize) / (64 * 4)) + 1_000_000;
      const config = { ...smallQwen, vocab_size: rows };
      if (rows >= 2 ** 31) this.skip();
      await makeCheckpoint(directory);
      await writeFile(join(directory, 'config.json'), JSON.stringify(config));
      const file = await open(join(directory, 'model.safetensors'), 'r+');
      try {
        await enlargeEmbedding(file, rows);
      } finally {
        await file.close();
      }
      const cache = join(directory, 'cache');
      await assert.rejects(
        prepareWeights(await openCheckpoint(directory, architectures), { dtype: 'fp32', cacheDirectory: cache }),
        /not enough space in .*cache.*They need .* GB \(\d+ bytes\), but only .* \(\d+ bytes\) are free/,
      );
      assert.deepEqual(await readdir(cache), []);
    });
  });

  it('when the space runs out while writing', function () {
    // A limit on the size of files is the one way to make a real write fail without privileges.
    if (process.platform === 'win32') this.skip();
    return withDirectory(async (directory) => {
      await makeCheckpoint(directory, { config: { ...smallQwen, vocab_size: 4096 } });
      const cache = join(directory, 'cache');
      const result = await run('bash', [
        '-c',
        'ulimit -f 100 && exec "$@"',
        'bash',
        process.execPath,
        child,
        directory,
        cache,
        'fp32',
      ]);
      assert.match(
        result,
        /checkpoint\.disk-full.*The disk filled up while the converted weights were written to .*cache/,
      );
      assert.deepEqual(await readdir(cache), []);
    });
  });

  it('when the cache is a file, or must not be written', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const checkpoint = await openCheckpoint(directory, architectures);
      const file = join(directory, 'file');
      await writeFile(file, '');
      for (const cacheDirectory of [file, join(file, 'below')]) {
        await assert.rejects(prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory }), {
          code: 'checkpoint.cache-not-writable',
        });
      }
      const [nowhere, loop] = [join(directory, 'nowhere'), join(directory, 'loop')];
      // A directory on Windows cannot be linked by everyone.
      if (process.platform !== 'win32') {
        await symlink(join(directory, 'gone', 'cache'), nowhere);
        await symlink(loop, loop);
        for (const cacheDirectory of [nowhere, loop, join(directory, 'x'.repeat(300))]) {
          await assert.rejects(prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory }), {
            code: 'checkpoint.cache-not-writable',
            data: { directory: cacheDirectory },
          });
        }
      }
      // The superuser may write everywhere.
      if (process.platform === 'win32' || process.getuid?.() === 0) return;
      const closed = join(directory, 'closed');
      await mkdir(closed);
      await chmod(closed, 0o500);
      await assert.rejects(
        prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: closed }),
        /cannot write to the cache directory .*closed\./,
      );
    }));

  it('when the cache is removed meanwhile', function () {
    // Windows keeps a file that is open.
    if (process.platform === 'win32') this.skip();
    return withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const cache = join(directory, 'cache');
      const onProgress = () => rmSync(cache, { recursive: true, force: true });
      await assert.rejects(
        prepareWeights(await openCheckpoint(directory, architectures), {
          dtype: 'int4',
          cacheDirectory: cache,
          onProgress,
        }),
        { code: 'checkpoint.cache-not-writable', message: /ENOENT/ },
      );
    });
  });

  it('with the error of the source, when that cannot be read', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const checkpoint = await openCheckpoint(directory, architectures);
      await rm(join(directory, 'model.safetensors'));
      const options = { dtype: 'int4', cacheDirectory: join(directory, 'cache') } as const;
      await assert.rejects(prepareWeights(checkpoint, options), { code: 'checkpoint.unreadable' });
    }));
});

/** Rewrites the header so that the embedding, moved to the end, has `rows` rows; its bytes are a hole. */
async function enlargeEmbedding(file: Awaited<ReturnType<typeof open>>, rows: number): Promise<void> {
  const whole = await file.readFile();
  const length = Number(whole.readBigUInt64LE(0));
  const header = JSON.parse(whole.toString('utf8', 8, 8 + length)) as Record<string, Record<string, unknown>>;
  let end = 0;
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const shape = name === 'model.embed_tokens.weight' ? [rows, 64] : (tensor.shape as number[]);
    const bytes = shape.reduce((product, size) => product * size, 4);
    header[name] = { ...tensor, shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const json = Buffer.from(JSON.stringify(header));
  const first = Buffer.alloc(8);
  first.writeBigUInt64LE(BigInt(json.length));
  await file.truncate(0);
  await file.write(first, 0, 8, 0);
  await file.write(json, 0, json.length, 8);
  await file.truncate(8 + json.length + end);
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const spawned = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [spawned.stdout, spawned.stderr]) stream.on('data', (data) => (output += String(data)));
    spawned.on('error', reject);
    spawned.on('close', () => resolve(output));
  });
}
