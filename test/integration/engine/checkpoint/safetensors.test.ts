import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSafetensors, readFloat32 } from '../../../../src/engine/checkpoint/safetensors.ts';
import { writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer.ts';
import { randomValues, rawSafetensors, withDirectory } from './support.ts';

/** Written by the Python library (safetensors.torch.save) with four tensors and metadata. */
const fromPython =
  'EAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJzY2FsYXIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0' +
  'cyI6WzAsNF19LCJzaW5nbGUiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzEsM10sImRhdGFfb2Zmc2V0cyI6WzQsMTZdfSwiYnJhaW4iOnsiZHR5cGUi' +
  'OiJCRjE2Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMTYsMjBdfSwiaGFsZiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMiwyXSwiZGF0YV9v' +
  'ZmZzZXRzIjpbMjAsMjhdfX0gIAAA4EAAAMA/AACAvgAAQEDNPWL/ADwAwf97AQA=';

async function readAll(path: string): Promise<Record<string, number[]>> {
  const file = await openSafetensors(path);
  const values: Record<string, number[]> = {};
  for (const tensor of file.tensors) values[tensor.name] = [...(await readFloat32(path, tensor))];
  return values;
}

describe('safetensors files', () => {
  it('reads what the Python library wrote', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'python.safetensors');
      await writeFile(path, Buffer.from(fromPython, 'base64'));
      assert.deepEqual(await readAll(path), {
        scalar: [7],
        single: [1.5, -0.25, 3],
        brain: [0.10009765625, Math.fround(-3.00405527047391e38)],
        half: [1, -2.5, 65504, 2 ** -24],
      });
      const { metadata, tensors, bytes } = await openSafetensors(path);
      assert.deepEqual(metadata, { format: 'pt' });
      assert.deepEqual(tensors.find(({ name }) => name === 'half')?.shape, [2, 2]);
      assert.equal(bytes, 308);
    }));

  it('reads back what it wrote, with odd names, empty tensors and data beyond one chunk', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'own.safetensors');
      const large = randomValues(3_000_001, 7);
      await writeSafetensors(
        path,
        [
          { name: 'half', shape: [3], data: Float32Array.of(1, -0.5, 0.25), dtype: 'F16' },
          { name: '10', shape: [1], data: Float32Array.of(10) },
          { name: 'large', shape: [3_000_001], data: large },
          { name: '__proto__', shape: [], data: Float32Array.of(4) },
          { name: 'empty', shape: [0, 5], data: new Float32Array(0) },
          { name: 'name "with" ünïcode \\', shape: [1, 1], data: Float32Array.of(5), dtype: 'BF16' },
        ],
        { format: 'pt', note: 'ß' },
      );
      const file = await openSafetensors(path);
      assert.equal(file.dataOffset % 8, 0);
      assert.deepEqual(file.metadata, { format: 'pt', note: 'ß' });
      const found = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
      assert.deepEqual(await readFloat32(path, found.get('large')!), large);
      assert.deepEqual([...(await readFloat32(path, found.get('half')!))], [1, -0.5, 0.25]);
      assert.deepEqual([...(await readFloat32(path, found.get('10')!))], [10]);
      assert.deepEqual([...(await readFloat32(path, found.get('__proto__')!))], [4]);
      assert.deepEqual([...(await readFloat32(path, found.get('name "with" ünïcode \\')!))], [5]);
      assert.deepEqual(found.get('empty')?.shape, [0, 5]);
    }));

  it('keeps the old file, and nothing else, when writing fails', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'adapter.safetensors');
      await writeSafetensors(path, [{ name: 'a', shape: [1], data: Float32Array.of(1) }]);
      const before = await readFile(path);
      // The second tensor's data is gone when its turn comes, after the header and the first were written.
      const values = new Float32Array(4);
      const tensors = [
        { name: 'a', shape: [1], data: Float32Array.of(2) },
        {
          name: 'b',
          shape: [4],
          get data() {
            return this.used++ < 1 ? values : (undefined as unknown as Float32Array);
          },
          used: 0,
        },
      ];
      await assert.rejects(writeSafetensors(path, tensors), TypeError);
      assert.deepEqual(await readFile(path), before);
      assert.deepEqual(await readdir(directory), ['adapter.safetensors']);
    }));

  it('refuses to write shapes that do not fit, and names that repeat', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'x.safetensors');
      const one = { name: 'a', shape: [1], data: Float32Array.of(1) };
      await assert.rejects(writeSafetensors(path, [{ ...one, shape: [2] }]), /1 values, but its shape is \[2\]/);
      await assert.rejects(writeSafetensors(path, [one, one]), /named a/);
      assert.deepEqual(await readdir(directory), []);
    }));

  it('refuses every truncation of a file, and bytes appended to it', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'cut.safetensors');
      const whole = Buffer.from(fromPython, 'base64');
      for (let length = 0; length < whole.length; length++) {
        await writeFile(path, whole.subarray(0, length));
        await assert.rejects(openSafetensors(path), { name: 'RetuneError' }, `${length} bytes`);
      }
      await writeFile(path, Buffer.concat([whole, Buffer.from([0])]));
      await assert.rejects(openSafetensors(path), /1 bytes after the last tensor/);
    }));

  it('never throws anything but a RetuneError on damaged headers', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'damaged.safetensors');
      const whole = Buffer.from(fromPython, 'base64');
      const noise = randomValues(2 * 400, 3);
      let refused = 0;
      for (let round = 0; round < 400; round++) {
        const bytes = Buffer.from(whole);
        bytes[Math.floor((noise[2 * round]! + 1) * 0.5 * 280)] = Math.floor((noise[2 * round + 1]! + 1) * 128);
        await writeFile(path, bytes);
        try {
          await readAll(path);
        } catch (error) {
          assert.equal((error as Error).name, 'RetuneError', String(error));
          refused++;
        }
      }
      assert.ok(refused > 200);
    }));

  it('notices a file that is cut between opening and reading', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'shrinking.safetensors');
      await writeFile(path, Buffer.from(fromPython, 'base64'));
      const { tensors } = await openSafetensors(path);
      await truncate(path, 300);
      await assert.rejects(readFloat32(path, tensors.at(-1)!), /incomplete/);
    }));

  it('names the tensor and the type that cannot be read', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'integers.safetensors');
      const header = '{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}';
      await writeFile(path, rawSafetensors(header, new Uint8Array(8)));
      const { tensors } = await openSafetensors(path);
      await assert.rejects(
        readFloat32(path, tensors[0]!),
        /tensor ids in .*integers\.safetensors has the unsupported type I64.*F32, F16/,
      );
    }));

  it('does not allocate what a lying header asks for', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'lying.safetensors');
      await writeFile(path, rawSafetensors('{}', new Uint8Array(0), 99_999_999n));
      await assert.rejects(openSafetensors(path), /incomplete.*100000007 bytes, but it has 10/);
    }));
});
