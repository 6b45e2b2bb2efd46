import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import { dequantise } from '../../../../src/engine/checkpoint/quantise.ts';
import type { PreparedWeights, WeightEntry, WeightOptions } from '../../../../src/engine/checkpoint/weights.ts';
import { makeCheckpoint, smallQwen, withDirectory } from './support.ts';

const child = new URL('./prepare-child.ts', import.meta.url).pathname;

/** A model directory and a cache beside it. */
function withModel(
  use: (paths: { model: string; cache: string }) => Promise<void>,
  options?: Parameters<typeof makeCheckpoint>[1],
): Promise<void> {
  return withDirectory(async (directory) => {
    const paths = { model: join(directory, 'model'), cache: join(directory, 'cache') };
    await mkdir(paths.model);
    await makeCheckpoint(paths.model, options);
    await use(paths);
  });
}

async function prepare({ model, cache }: { model: string; cache: string }, options: WeightOptions = { dtype: 'int4' }) {
  return prepareWeights(await openCheckpoint(model, architectures), { ...options, cacheDirectory: cache });
}

/** The values that a graph would compute with. */
async function restore({ directory, file }: PreparedWeights, entry: WeightEntry): Promise<Float32Array> {
  const bytes = await readFile(join(directory, file));
  const part = (range: { offset: number; bytes: number }) =>
    new Uint8Array(bytes.subarray(range.offset, range.offset + range.bytes));
  if (entry.storage.kind === 'fp32') return new Float32Array(part(entry.data).buffer);
  const { bits, block } = entry.storage;
  return dequantise({ packed: part(entry.data), scales: new Float32Array(part(entry.scales!).buffer) }, bits, block);
}

function frobenius(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** What lies in the cache, without the records. */
async function contents(cache: string): Promise<string[]> {
  return (await readdir(cache)).filter((name) => name !== 'sources');
}

const kinds: WeightOptions[] = [{ dtype: 'fp32' }, { dtype: 'int8' }, { dtype: 'int4' }, { dtype: 'int4', block: 64 }];

describe('prepared weights', () => {
  for (const options of kinds) {
    for (const dtype of ['F32', 'BF16'] as const) {
      it(`hold every tensor (${options.dtype}, block ${options.block ?? 32}, from ${dtype})`, () =>
        withDirectory(async (directory) => {
          const tensors = await makeCheckpoint(directory, { dtype, shards: dtype === 'BF16' ? 3 : 0 });
          const weights = await prepare({ model: directory, cache: join(directory, 'cache') }, options);
          assert.equal(weights.warm, false);
          for (const { name, data, shape } of tensors) {
            const entry = weights.entries.get(name)!;
            const restored = await restore(weights, entry);
            assert.deepEqual(entry.shape, shape);
            const quantised = options.dtype !== 'fp32' && shape.length === 2;
            assert.equal(entry.storage.kind, quantised ? 'quantised' : 'fp32');
            // Values are in [-1, 1): half a bf16 step, and one step of 1/8 or half of 1/127.
            const step = quantised ? (options.dtype === 'int4' ? 1 / 8 : 1 / 254) : 0;
            const tolerance = step * 1.001 + (dtype === 'BF16' ? 2 ** -8 : 0);
            for (const [index, value] of data.entries()) {
              assert.ok(
                Math.abs(restored[index]! - value) <= tolerance,
                `${name}[${index}]: ${restored[index]}, ${value}`,
              );
            }
            assert.ok(Math.abs(entry.norm - frobenius(restored)) <= 1e-5 * entry.norm, name);
          }
        }));
    }
  }

  it('hold tensors of more than one chunk', () =>
    withModel(
      async (paths) => {
        const tensors = await makeCheckpoint(paths.model, {
          config: { ...smallQwen, vocab_size: 40_000 },
          dtype: 'BF16',
        });
        const weights = await prepare(paths, { dtype: 'int8' });
        const { data } = tensors.find(({ name }) => name === 'model.embed_tokens.weight')!;
        assert.ok(data.length * 2 > 4 * 1024 * 1024);
        const entry = weights.entries.get('model.embed_tokens.weight')!;
        const restored = await restore(weights, entry);
        const worst = restored.reduce((most, value, index) => Math.max(most, Math.abs(value - data[index]!)), 0);
        assert.ok(worst < 0.009, `${worst}`);
        assert.ok(Math.abs(entry.norm - frobenius(restored)) <= 1e-5 * entry.norm);
      },
      { dtype: 'BF16' },
    ));

  it('let a tied lm_head share the bytes of the embedding, even when the checkpoint has a copy', () =>
    withModel(
      async (paths) => {
        const { entries } = await prepare(paths);
        assert.equal(entries.get('lm_head.weight'), entries.get('model.embed_tokens.weight'));
      },
      {
        change: (tensors) => [
          ...tensors,
          { name: 'lm_head.weight', shape: [96, 64], data: new Float32Array(96 * 64).fill(Number.NaN) },
        ],
      },
    ));

  it('keep an untied lm_head', () =>
    withModel(
      async (paths) => {
        const { entries } = await prepare(paths);
        assert.notEqual(
          entries.get('lm_head.weight')!.data.offset,
          entries.get('model.embed_tokens.weight')!.data.offset,
        );
      },
      { config: { ...smallQwen, tie_word_embeddings: false } },
    ));

  it('lose what a killed process left among them, an hour later', () =>
    withModel(async (paths) => {
      const { directory } = await prepare(paths);
      const [abandoned, recent] = ['decode-00.onnx.1-0123456789ab.tmp', 'decode-00.onnx.2-0123456789ab.tmp'];
      for (const name of [abandoned, recent, 'decode-00.onnx']) await writeFile(join(directory, name), 'x');
      const earlier = new Date(Date.now() - 61 * 60 * 1000);
      for (const name of [abandoned, 'decode-00.onnx']) await utimes(join(directory, name), earlier, earlier);
      assert.equal((await prepare(paths)).warm, true);
      const kept = ['manifest.json', 'weights.bin', 'decode-00.onnx', recent];
      assert.deepEqual((await readdir(directory)).sort(), kept.sort());
    }));

  it('are found again, without a trace of the conversion', () =>
    withModel(async (paths) => {
      const fractions: number[] = [];
      const checkpoint = await openCheckpoint(paths.model, architectures);
      const onProgress = (fraction: number) => fractions.push(fraction);
      const cold = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: paths.cache, onProgress });
      assert.equal(fractions.at(-1), 1);
      assert.deepEqual(
        fractions,
        [...fractions].sort((a, b) => a - b),
      );
      assert.deepEqual(await contents(paths.cache), [cold.key]);
      assert.deepEqual((await readdir(cold.directory)).sort(), ['manifest.json', 'weights.bin']);
      fractions.length = 0;
      const warm = await prepareWeights(checkpoint, { dtype: 'int4', cacheDirectory: paths.cache, onProgress });
      assert.deepEqual({ ...warm, warm: false }, cold);
      assert.deepEqual([warm.warm, fractions], [true, []]);
    }));

  it('are kept apart by dtype and block', () =>
    withModel(async (paths) => {
      const keys = new Set<string>();
      for (const options of kinds) keys.add((await prepare(paths, options)).key);
      assert.equal(keys.size, kinds.length);
      for (const options of kinds) assert.ok((await prepare(paths, options)).warm);
    }));

  it('are recognised by content when only the time of the source changed, or the model was copied', () =>
    withModel(async (paths) => {
      const { key } = await prepare(paths);
      await utimes(join(paths.model, 'model.safetensors'), 1000, 1000);
      const touched = await prepare(paths);
      assert.deepEqual([touched.key, touched.warm], [key, true]);
      const copy = `${paths.model}-copy`;
      await cp(paths.model, copy, { recursive: true });
      const copied = await prepare({ ...paths, model: copy });
      assert.deepEqual([copied.key, copied.warm], [key, true]);
      assert.deepEqual(await contents(paths.cache), [key]);
    }));

  it('are made again when the source changed, also with the same size', () =>
    withModel(async (paths) => {
      const before = await prepare(paths);
      await makeCheckpoint(paths.model, { seed: 2 });
      const after = await prepare(paths);
      assert.equal(after.warm, false);
      assert.notEqual(after.key, before.key);
      // A program that still uses the old ones is not disturbed.
      assert.ok(await stat(join(before.directory, before.file)));
    }));

  it('are removed when superseded and unused for a day', () =>
    withModel(async (paths) => {
      const first = await prepare(paths);
      await makeCheckpoint(paths.model, { seed: 2 });
      const second = await prepare(paths);
      const old = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
      await utimes(join(first.directory, 'manifest.json'), old, old);
      await utimes(join(second.directory, 'manifest.json'), old, old);
      await prepare(paths, { dtype: 'fp32' });
      const left = await contents(paths.cache);
      assert.ok(!left.includes(first.key));
      assert.ok(left.includes(second.key));
    }));

  const damages: [string, (entry: PreparedWeights) => Promise<void>][] = [
    ['a manifest cut short', ({ directory }) => truncate(join(directory, 'manifest.json'), 100)],
    ['a manifest that is not JSON', ({ directory }) => writeFile(join(directory, 'manifest.json'), '\0\0')],
    ['a manifest of another version', (entry) => edit(entry, (manifest) => ({ ...manifest, format: 99 }))],
    [
      'a manifest with other ranges',
      (entry) =>
        edit(entry, (manifest) => {
          manifest.entries['model.norm.weight']!.data.offset += 64;
          return manifest;
        }),
    ],
    [
      'a manifest without one tensor',
      (entry) =>
        edit(entry, (manifest) => {
          delete manifest.entries['model.norm.weight'];
          return manifest;
        }),
    ],
    ['weights cut short', ({ directory, file }) => truncate(join(directory, file), 1000)],
    ['weights with other bytes', flipByte],
  ];
  for (const [what, damage] of damages) {
    it(`are made again after ${what}`, () =>
      withModel(async (paths) => {
        const entry = await prepare(paths);
        const good = await readFile(join(entry.directory, entry.file));
        await damage(entry);
        const again = await prepare(paths);
        assert.equal(again.warm, false);
        assert.deepEqual(await readFile(join(again.directory, again.file)), good);
        assert.ok((await prepare(paths)).warm);
        assert.deepEqual(await contents(paths.cache), [entry.key]);
      }));
  }

  it('survive a lost or damaged record, and a restored file whose bytes are right', () =>
    withModel(async (paths) => {
      const { directory, file } = await prepare(paths);
      const [record] = await readdir(join(paths.cache, 'sources'));
      await writeFile(join(paths.cache, 'sources', record!), '{"key":"../.."}');
      assert.ok((await prepare(paths)).warm);
      await utimes(join(directory, file), 1000, 1000);
      assert.ok((await prepare(paths)).warm);
    }));

  it('serve from a cache that cannot be written, also when the file was restored', function () {
    if (process.platform === 'win32') this.skip();
    return withModel(async (paths) => {
      const { directory, file, key } = await prepare(paths);
      await utimes(join(directory, file), 1000, 1000);
      const manifest = await readFile(join(directory, 'manifest.json'));
      // Permissions do not bind the superuser, a limit on the size of files does.
      const script = 'trap "" XFSZ; ulimit -f 0 && exec "$@"';
      const args = ['-c', script, 'bash', process.execPath, child, paths.model, paths.cache, 'int4'];
      const { stdout, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
      assert.equal(stdout, `${JSON.stringify({ key, warm: true })}\n`, stderr);
      assert.deepEqual(await readFile(join(directory, 'manifest.json')), manifest);
      assert.deepEqual((await readdir(directory)).sort(), ['manifest.json', 'weights.bin']);
    });
  });

  it('leave what is not theirs in the cache directory', () =>
    withModel(async (paths) => {
      await prepare(paths);
      await writeFile(join(paths.cache, 'mine.txt'), 'x');
      await makeCheckpoint(paths.model, { seed: 3 });
      await prepare(paths);
      assert.equal(await readFile(join(paths.cache, 'mine.txt'), 'utf8'), 'x');
    }));
});

interface EditableManifest {
  format: number;
  entries: Record<string, { data: { offset: number } }>;
}

async function edit(
  { directory }: PreparedWeights,
  change: (manifest: EditableManifest) => EditableManifest,
): Promise<void> {
  const path = join(directory, 'manifest.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as EditableManifest)));
}

async function flipByte({ directory, file, entries }: PreparedWeights): Promise<void> {
  const path = join(directory, file);
  const bytes = await readFile(path);
  const { offset } = entries.get('model.norm.weight')!.data;
  bytes[offset] = bytes[offset]! ^ 1;
  await writeFile(path, bytes);
}
