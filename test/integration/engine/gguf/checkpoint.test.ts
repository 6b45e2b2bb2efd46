import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { type Checkpoint, openCheckpoint, readTensor } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { expectedTensors } from '../../../../src/engine/checkpoint/expected-tensors.ts';
import { prepareWeights } from '../../../../src/engine/checkpoint/prepare.ts';
import { ropeFrequencies } from '../../../../src/engine/checkpoint/rope.ts';
import { openGgufCheckpoint } from '../../../../src/engine/gguf/checkpoint.ts';
import { locateGguf } from '../../../../src/engine/gguf/locate.ts';
import { packCheckpoint, writeGguf } from '../../../support/gguf.ts';
import { checkpointDirectory, checkpoints, fixture, relativeError } from '../../../support/oracle.ts';
import { withDirectory } from '../checkpoint/support.ts';

const open = (path: string) => openGgufCheckpoint(path, architectures);

async function compareTensors(found: Checkpoint, expected: Checkpoint, limit: number): Promise<void> {
  for (const name of expectedTensors(expected.config).keys()) {
    const error = relativeError(await readTensor(found, name), await readTensor(expected, name));
    assert.ok(error <= limit, `${name}: ${error}`);
  }
}

describe('a GGUF file as a checkpoint', () => {
  // GGUF does not say which layers of a Qwen2 slide; see below.
  for (const name of checkpoints.filter((each) => each !== 'qwen2-window')) {
    it(`${name}: the configuration and every tensor of the directory that it was made of`, () =>
      withDirectory(async (directory) => {
        const path = join(directory, 'model.gguf');
        await writeGguf(path, ...(await packCheckpoint(name)));
        const expected = await openCheckpoint(checkpointDirectory(name), architectures);
        const found = await open(path);
        const { ropeScaling, rmsNormEps, architecture, ...rest } = found.config;
        const { ropeScaling: scaling, rmsNormEps: epsilon, architecture: original, ...others } = expected.config;
        // A Mistral without a window is a Llama.
        assert.equal(architecture, name === 'mistral' ? 'LlamaForCausalLM' : original);
        assert.deepEqual(rest, others);
        assert.equal(Math.fround(rmsNormEps), Math.fround(epsilon));
        // Llama 3's scaling comes as a tensor, which these files lack; see below.
        if (scaling?.type !== 'llama3') assert.deepEqual(ropeScaling, scaling);
        await compareTensors(found, expected, 0);
      }));
  }

  it('ends the context at the window of a model of which some layers slide', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'model.gguf');
      const [metadata, tensors] = await packCheckpoint('qwen2');
      await writeGguf(path, { ...metadata, 'qwen2.attention.sliding_window': { uint32: 100 } }, tensors);
      const { maxPositions, windows } = (await open(path)).config;
      assert.deepEqual([maxPositions, windows], [100, [null, null]]);
    }));

  it("reads the Python package's files: Q4_0, and Q8_0 in two parts with rotary factors", async () => {
    const qwen = await openCheckpoint(checkpointDirectory('qwen3'), architectures);
    await compareTensors(await open(fixture('gguf', 'qwen3.gguf')), qwen, 0.1);
    const llama = await openCheckpoint(checkpointDirectory('llama'), architectures);
    for (const part of [1, 2]) {
      const path = fixture('gguf', `llama-0000${part}-of-00002.gguf`);
      const found = await open(path);
      assert.equal(found.directory, fixture('gguf', 'llama-00001-of-00002.gguf'), 'whichever part was named');
      await compareTensors(found, llama, 0.006);
      const error = relativeError(ropeFrequencies(found.config).inverse, ropeFrequencies(llama.config).inverse);
      assert.ok(error < 1e-7, `rotary frequencies: ${error}`);
    }
  });

  it('is prepared as it is stored, whatever is asked for in more bits', () =>
    withDirectory(async (cacheDirectory) => {
      const checkpoint = await open(fixture('gguf', 'qwen3.gguf'));
      const storageFor = async (dtype: 'fp32' | 'int8' | 'int4') => {
        const { entries } = await prepareWeights(checkpoint, { dtype, cacheDirectory });
        return entries.get('model.layers.0.mlp.down_proj.weight')!.storage;
      };
      const four = { kind: 'quantised', bits: 4, block: 32 };
      assert.deepEqual(await storageFor('int4'), four);
      assert.deepEqual(await storageFor('int8'), four);
      assert.deepEqual(await storageFor('fp32'), { kind: 'fp32' });
      const llama = await open(fixture('gguf', 'llama-00001-of-00002.gguf'));
      const { entries } = await prepareWeights(llama, { dtype: 'int4', cacheDirectory });
      assert.deepEqual(entries.get('lm_head.weight')!.storage, four, 'eight bits are more than four');
    }));

  it('is found again in the cache under another name and in another place', () =>
    withDirectory(async (directory) => {
      const options = { dtype: 'int8', cacheDirectory: join(directory, 'cache') } as const;
      const source = fixture('gguf', 'qwen3.gguf');
      const { key, warm } = await prepareWeights(await open(source), options);
      assert.equal(warm, false);
      const copy = join(directory, 'copy.gguf');
      await copyFile(source, copy);
      const again = await prepareWeights(await open(copy), options);
      assert.deepEqual([again.warm, again.key], [true, key]);
    }));

  describe("a file of Ollama's store", () => {
    const source = fixture('gguf', 'qwen3.gguf');

    it('is recognised without an ending, and known by the digest in its name', () =>
      withDirectory(async (directory) => {
        const content = await readFile(source);
        const digest = createHash('sha256').update(content).digest('hex');
        const blob = join(directory, `sha256-${digest}`);
        await writeFile(blob, content);
        assert.equal(await locateGguf(blob), blob);
        const checkpoint = await open(blob);
        assert.equal(checkpoint.files[0]!.digest, digest);
        const options = { dtype: 'int8', cacheDirectory: join(directory, 'cache') } as const;
        const { key } = await prepareWeights(checkpoint, options);
        assert.equal((await prepareWeights(await open(source), options)).key, key);
      }));

    it('is refused when its content is another', () =>
      withDirectory(async (directory) => {
        const blob = join(directory, `sha256-${'0'.repeat(64)}`);
        await copyFile(source, blob);
        const prepared = prepareWeights(await open(blob), { dtype: 'int8', cacheDirectory: join(directory, 'cache') });
        await assert.rejects(prepared, { code: 'checkpoint.wrong-digest' });
      }));
  });

  it('is found in a directory that holds one model, and asked for by name where it holds several', () =>
    withDirectory(async (directory) => {
      assert.equal(await locateGguf(directory), undefined);
      assert.equal(await locateGguf(join(directory, 'absent')), undefined);
      for (const part of [1, 2]) {
        const name = `llama-0000${part}-of-00002.gguf`;
        await copyFile(fixture('gguf', name), join(directory, name));
      }
      await writeFile(join(directory, 'mmproj-model.gguf'), '');
      assert.equal(await locateGguf(directory), join(directory, 'llama-00001-of-00002.gguf'));
      await writeFile(join(directory, 'other.gguf'), '');
      await assert.rejects(locateGguf(directory), { code: 'gguf.several-models' });
      await writeFile(join(directory, 'config.json'), '{}');
      assert.equal(await locateGguf(directory), undefined);
    }));

  describe('refuses', () => {
    const refused = async (path: string, code: string, message: RegExp) => {
      await assert.rejects(open(path), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    };

    it('parts that are missing, renamed or of another model', () =>
      withDirectory(async (directory) => {
        const part = (number: number, count = 2) => `llama-0000${number}-of-0000${count}.gguf`;
        const first = join(directory, part(1));
        await copyFile(fixture('gguf', part(1)), first);
        await refused(first, 'gguf.bad-parts', /llama-00002-of-00002\.gguf is missing/);
        await copyFile(first, join(directory, part(2)));
        await refused(first, 'gguf.bad-parts', /does not say that it is part 2 of 2/);
        await copyFile(first, join(directory, 'model.gguf'));
        await refused(join(directory, 'model.gguf'), 'gguf.bad-parts', /its name is none such/);
      }));

    it('named pipes and directories, without waiting', () =>
      withDirectory(async (directory) => {
        const pipe = join(directory, 'pipe.gguf');
        if (process.platform !== 'win32') {
          execFileSync('mkfifo', [pipe]);
          await refused(pipe, 'checkpoint.unreadable', /not a regular file/);
        }
        await mkdir(join(directory, 'model.gguf'));
        await refused(join(directory, 'model.gguf'), 'checkpoint.unreadable', /not a regular file/);
      }));

    it('an architecture by its name, and metadata that contradict each other', () =>
      withDirectory(async (directory) => {
        const path = join(directory, 'model.gguf');
        const [metadata, tensors] = await packCheckpoint('qwen2');
        await writeGguf(path, { ...metadata, 'general.architecture': { string: 'mamba' } }, tensors);
        await refused(path, 'gguf.unsupported-architecture', /mamba.*llama, qwen2, qwen3/);
        const { 'qwen2.block_count': _, ...rest } = metadata;
        await writeGguf(path, rest, tensors);
        await refused(path, 'checkpoint.bad-config', /num_hidden_layers/);
        await writeGguf(path, { ...metadata, 'qwen2.rope.dimension_count': { uint32: 8 } }, tensors);
        await refused(path, 'gguf.bad-metadata', /dimension_count is 8, but heads have 16 values/);
        await writeGguf(path, { ...metadata, 'qwen2.block_count': { uint32: 3 } }, tensors);
        await refused(path, 'checkpoint.tensors-do-not-fit', /tensors are missing/);
        await writeGguf(path, { ...metadata, 'qwen2.expert_count': { uint32: 8 } }, tensors);
        await refused(path, 'checkpoint.unsupported-model', /8 experts/);
      }));
  });
});
