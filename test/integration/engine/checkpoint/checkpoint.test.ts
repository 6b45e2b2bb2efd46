import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { openCheckpoint, readTensor } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer.ts';
import { makeCheckpoint, rawSafetensors, smallQwen, withDirectory } from './support.ts';

const index = 'model.safetensors.index.json';
const query = 'model.layers.1.self_attn.q_proj.weight';

describe('checkpoint', () => {
  for (const shards of [0, 3]) {
    it(`opens ${shards === 0 ? 'one file' : `${shards} shards`} and reads tensors`, () =>
      withDirectory(async (directory) => {
        const tensors = await makeCheckpoint(directory, { shards });
        const checkpoint = await openCheckpoint(directory, architectures);
        assert.equal(checkpoint.config.layers, 2);
        assert.equal(checkpoint.files.length, Math.max(shards, 1));
        for (const { name, data, shape } of tensors) {
          assert.deepEqual(await readTensor(checkpoint, name), data);
          assert.deepEqual(checkpoint.tensors.get(name)?.shape, shape);
        }
        await assert.rejects(readTensor(checkpoint, 'nothing'), /no tensor nothing/);
      }));
  }

  it('opens every variant of the architectures', () =>
    withDirectory(async (directory) => {
      const llama = { ...smallQwen, architectures: ['LlamaForCausalLM'], attention_bias: true, mlp_bias: true };
      const qwen3 = { ...smallQwen, architectures: ['Qwen3ForCausalLM'], head_dim: 32, tie_word_embeddings: false };
      for (const config of [llama, qwen3]) {
        await makeCheckpoint(directory, { config });
        const { config: read, tensors } = await openCheckpoint(directory, architectures);
        assert.equal(tensors.has('model.layers.0.self_attn.q_norm.weight'), config === qwen3);
        assert.equal(tensors.has('model.layers.0.mlp.down_proj.bias'), config === llama);
        assert.equal(tensors.has('lm_head.weight'), !read.tiedEmbeddings);
      }
    }));

  it('tolerates tensors that the architecture does not need', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory, {
        change: (tensors) => [
          ...tensors,
          { name: 'lm_head.weight', shape: [96, 64], data: new Float32Array(96 * 64) },
          { name: 'model.layers.0.self_attn.rotary_emb.inv_freq', shape: [8], data: new Float32Array(8) },
        ],
      });
      assert.ok(await openCheckpoint(directory, architectures));
    }));

  it('lists missing tensors and wrong shapes', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory, {
        change: (tensors) =>
          tensors
            .filter(({ name }) => name !== query && !name.endsWith('bias'))
            .map((tensor) => (tensor.name === 'model.norm.weight' ? { ...tensor, shape: [8, 8] } : tensor)),
      });
      await assert.rejects(
        openCheckpoint(directory, architectures),
        /7 tensors are missing: .*q_proj\.bias, .* and 2 more\. Of the wrong shape: model\.norm\.weight has the shape \[8, 8\] instead of \[64\]/,
      );
    }));

  it('names a needed tensor of a type that cannot be read', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      const header = '{"model.embed_tokens.weight":{"dtype":"I8","shape":[96,64],"data_offsets":[0,6144]}}';
      await writeFile(join(directory, 'model.safetensors'), rawSafetensors(header, new Uint8Array(6144)));
      await assert.rejects(
        openCheckpoint(directory, architectures),
        /model\.embed_tokens\.weight .*has the unsupported type I8/,
      );
    }));

  const hostileFiles = [
    '../model.safetensors',
    '/etc/model.safetensors',
    'sub/m.safetensors',
    'a\\b.safetensors',
    'C:m.safetensors',
    '..',
    '',
    'config.json',
  ];
  for (const file of hostileFiles) {
    it(`refuses an index that points to ${JSON.stringify(file)}`, () =>
      withDirectory(async (directory) => {
        await makeCheckpoint(directory, { shards: 1 });
        await writeFile(join(directory, index), JSON.stringify({ weight_map: { [query]: file } }));
        await assert.rejects(openCheckpoint(directory, architectures), (error: Error) => {
          assert.ok(error.message.includes(`${query} in ${JSON.stringify(file)}, which is not a file name`));
          return true;
        });
      }));
  }

  it('refuses an index that is not one', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory, { shards: 1 });
      const cases: [string, RegExp][] = [
        ['{', /not JSON/],
        ['[]', /no "weight_map"/],
        ['{"weight_map":{"a":1}}', /no "weight_map"/],
        ['{"weight_map":{}}', /is empty/],
        ['{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}', /names "a" twice/],
      ];
      for (const [text, message] of cases) {
        await writeFile(join(directory, index), text);
        await assert.rejects(openCheckpoint(directory, architectures), message);
      }
    }));

  it('names a shard that is missing, and tensors that are not where the index says', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory, { shards: 2 });
      const [first, second] = [1, 2].map((shard) => join(directory, `model-0000${shard}-of-00002.safetensors`));
      await rename(second!, join(directory, 'kept'));
      await assert.rejects(
        openCheckpoint(directory, architectures),
        /model-00002-of-00002\.safetensors cannot be read/,
      );
      await symlink(first!, second!);
      await assert.rejects(openCheckpoint(directory, architectures), /tensors are missing/);
    }));

  it('takes a tensor that two shards hold from the one that the index names', () =>
    withDirectory(async (directory) => {
      const tensors = await makeCheckpoint(directory, { shards: 1 });
      const other = 'model-00002-of-00002.safetensors';
      const norm = { name: 'model.norm.weight', shape: [64], data: new Float32Array(64).fill(5) };
      const extra = { name: 'extra', shape: [1], data: Float32Array.of(6) };
      await writeSafetensors(join(directory, other), [norm, extra]);
      const path = join(directory, index);
      const map = JSON.parse(await readFile(path, 'utf8')) as { weight_map: Record<string, string> };
      await writeFile(path, JSON.stringify({ weight_map: { ...map.weight_map, extra: other } }));
      const values = await readTensor(await openCheckpoint(directory, architectures), norm.name);
      assert.deepEqual(values, tensors.find(({ name }) => name === norm.name)?.data);
    }));

  it('does not wait for a pipe', async function () {
    if (process.platform === 'win32') this.skip();
    for (const [name, shards] of [
      ['model.safetensors', 0],
      ['config.json', 0],
      [index, 2],
    ] as const) {
      await withDirectory(async (directory) => {
        await makeCheckpoint(directory, { shards });
        await rm(join(directory, name));
        execFileSync('mkfifo', [join(directory, name)]);
        await assert.rejects(openCheckpoint(directory, architectures), {
          code: 'checkpoint.unreadable',
          message: /not a regular file/,
        });
      });
    }
  });

  it('opens files through symbolic links, as the Hugging Face cache has them', () =>
    withDirectory(async (directory) => {
      const [blobs, snapshot] = [join(directory, 'blobs'), join(directory, 'snapshot')];
      await mkdir(blobs);
      await mkdir(snapshot);
      await makeCheckpoint(blobs);
      for (const name of ['config.json', 'model.safetensors']) await symlink(join(blobs, name), join(snapshot, name));
      const checkpoint = await openCheckpoint(snapshot, architectures);
      assert.equal((await readTensor(checkpoint, 'model.norm.weight')).length, 64);
    }));

  it('says what a directory is that is no model', () =>
    withDirectory(async (directory) => {
      const open = () => openCheckpoint(directory, architectures);
      await assert.rejects(openCheckpoint(join(directory, 'absent'), architectures), /no model directory at .*absent/);
      await assert.rejects(open(), /has no config\.json; .*model\.safetensors\.index\.json.* is empty/);
      const cases: [string, RegExp][] = [
        ['notes.txt', /has no config\.json; .*Check the path/],
        ['model.safetensors', /Some files of a model are here/],
        ['pytorch_model.bin', /PyTorch files.*safetensors export/],
        ['consolidated.00.pth', /PyTorch files/],
        ['model-q4.gguf', /holds a GGUF file.*path of that file/],
        ['adapter_config.json', /This is an adapter/],
      ];
      for (const [name, message] of cases) {
        const path = join(directory, name);
        await writeFile(path, '');
        await assert.rejects(open(), message);
        await assert.rejects(openCheckpoint(path, architectures), /is a file, but a model is a directory/);
        if (name !== 'adapter_config.json') await rm(path);
      }
      await assert.rejects(
        openCheckpoint(join(directory, 'adapter_config.json', 'x'), architectures),
        /no model directory/,
      );
    }));

  it('says which weights were looked for when config.json is alone or beside others', () =>
    withDirectory(async (directory) => {
      await writeFile(join(directory, 'config.json'), JSON.stringify(smallQwen));
      await assert.rejects(
        openCheckpoint(directory, architectures),
        /has no model\.safetensors or model\.safetensors\.index\.json/,
      );
      await writeFile(join(directory, 'pytorch_model.bin'), '');
      await assert.rejects(openCheckpoint(directory, architectures), /PyTorch files/);
      await writeFile(join(directory, 'config.json'), 'not json');
      await assert.rejects(
        openCheckpoint(directory, architectures),
        /config\.json does not describe a model\. It is not JSON/,
      );
    }));

  it('stops when asked to', () =>
    withDirectory(async (directory) => {
      await makeCheckpoint(directory);
      await assert.rejects(openCheckpoint(directory, architectures, AbortSignal.abort()), { code: 'cancelled' });
    }));
});
