import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  adapterScale,
  createAdapter,
  hasNoEffect,
  isSaddle,
  type LoraAdapter,
} from '../../../../src/engine/adaptation/adapter.ts';
import { loadPeft, savePeft } from '../../../../src/engine/adaptation/peft.ts';
import { peftName } from '../../../../src/engine/adaptation/peft-tensors.ts';
import { openSafetensors, readFloat32 } from '../../../../src/engine/checkpoint/safetensors.ts';
import { writeSafetensors } from '../../../../src/engine/checkpoint/safetensors-writer.ts';
import { RetuneError } from '../../../../src/shared/errors/retune-error.ts';
import { tinyConfig, tinyConfigWith } from '../../../unit/engine/adaptation/tiny-config.ts';
import { temporaryDirectory } from './temporary.ts';

const base = { config: tinyConfig, path: '/models/tiny', key: 'k1' };
const as = { name: 'a', kind: 'session', seed: 9 } as const;

/** An adapter whose every element is another number. */
function trained(rank = 4): LoraAdapter {
  const adapter = createAdapter(tinyConfig, { name: 'a', kind: 'session', rank, seed: 77 });
  return { ...adapter, updates: 3, theta: adapter.theta.map((_, i) => Math.fround(Math.sin(i + 1) / 7)) };
}

describe('PEFT adapters', () => {
  const temporary = temporaryDirectory();
  const target = () => join(temporary(), 'adapter');

  async function rejection(directory = target()): Promise<RetuneError> {
    return loadPeft(directory, base, as).then(
      () => assert.fail('it loaded'),
      (error: unknown) => {
        assert.ok(error instanceof RetuneError, String(error));
        return error;
      },
    );
  }

  /** As PEFT writes it, without our record; `config` replaces fields, `drop` leaves tensors out. */
  async function foreign(config: Record<string, unknown> = {}, drop: RegExp = /^$/): Promise<void> {
    await savePeft(trained(), base, target());
    await rm(join(target(), 'retune.json'));
    const path = join(target(), 'adapter_config.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...config }));
    const weights = join(target(), 'adapter_model.safetensors');
    const file = await openSafetensors(weights);
    const kept = file.tensors.filter(({ name }) => !drop.test(name));
    const tensors = await Promise.all(
      kept.map(async (tensor) => ({ ...tensor, dtype: 'F32' as const, data: await readFloat32(weights, tensor) })),
    );
    await writeSafetensors(weights, tensors, { format: 'pt' });
  }

  it('I6 come back bit for bit, with everything the record holds', async () => {
    const adapter = trained();
    await savePeft(adapter, base, target());
    const loaded = await loadPeft(target(), base, { ...as, seed: 1 });
    assert.deepEqual(loaded, { ...adapter, content: loaded.content });
    assert.notEqual(loaded.content, adapter.content);
    assert.deepEqual((await readdir(target())).sort(), [
      'adapter_config.json',
      'adapter_model.safetensors',
      'retune.json',
    ]);
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('are stored under the names of PEFT, A as [r, in], B as [out, r]', async () => {
    const adapter = trained();
    await savePeft(adapter, base, target());
    const path = join(target(), 'adapter_model.safetensors');
    const { tensors } = await openSafetensors(path);
    assert.equal(tensors.length, 2 * 7 * 2);
    const slot = adapter.layout.slots.find(
      ({ layer, module, matrix }) => layer === 1 && module === 'mlp.up_proj' && matrix === 'B',
    )!;
    const name = 'base_model.model.model.layers.1.mlp.up_proj.lora_B.weight';
    assert.equal(peftName(slot), name);
    const tensor = tensors.find((each) => each.name === name)!;
    assert.deepEqual(tensor.shape, [24, 4]);
    const values = await readFloat32(path, tensor);
    // Row `out`, column `r` there is row `r`, column `out` here.
    assert.equal(values[5 * 4 + 2], adapter.theta[slot.offset + 2 * 24 + 5]);
  });

  it('loads what PEFT wrote, and what it trained is in every linear', async () => {
    const directory = new URL('../../../fixtures/checkpoints/qwen2/adapter', import.meta.url).pathname;
    const raw = JSON.parse(
      await readFile(new URL('../../../fixtures/checkpoints/qwen2/config.json', import.meta.url), 'utf8'),
    );
    const config = tinyConfigWith({
      hiddenSize: raw.hidden_size,
      intermediateSize: raw.intermediate_size,
      layers: raw.num_hidden_layers,
      heads: raw.num_attention_heads,
      kvHeads: raw.num_key_value_heads,
      headSize: raw.head_dim ?? raw.hidden_size / raw.num_attention_heads,
    });
    const before = await readdir(directory);
    const adapter = await loadPeft(directory, { config, path: 'qwen2', key: 'k' }, as);
    assert.deepEqual([adapter.rank, adapter.alpha, adapterScale(adapter)], [8, 16, 2]);
    assert.deepEqual([adapter.updates, adapter.version, adapter.seed], [0, 0, 9]);
    const path = join(directory, 'adapter_model.safetensors');
    for (const tensor of (await openSafetensors(path)).tensors) {
      const values = await readFloat32(path, tensor);
      const slot = adapter.layout.slots.find((each) => peftName(each) === tensor.name)!;
      const [rows, columns] = [tensor.shape[0]!, tensor.shape[1]!];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          assert.equal(adapter.theta[slot.offset + j * rows + i], values[i * columns + j]);
        }
      }
    }
    assert.deepEqual(await readdir(directory), before);
  });

  it('linears that are not adapted have no effect and can still be trained', async () => {
    await foreign({ target_modules: ['q_proj'] }, /\.(?!q_proj)[a-z]+_proj\./);
    const adapter = await loadPeft(target(), base, as);
    const trainedSlots = trained().layout;
    for (const [i, slot] of adapter.layout.slots.entries()) {
      const values = adapter.theta.subarray(slot.offset, slot.offset + slot.rows * slot.columns);
      const original = trained().theta.subarray(
        trainedSlots.slots[i]!.offset,
        trainedSlots.slots[i]!.offset + values.length,
      );
      if (slot.module === 'self_attn.q_proj') assert.deepEqual(values, original);
      else if (slot.matrix === 'B') assert.ok(values.every((value) => value === 0));
      else assert.ok(values.every((value) => value !== 0));
    }
    assert.ok(!hasNoEffect(adapter) && !isSaddle(adapter));
  });

  it('rank-stabilised ones keep their scale, in both directions', async () => {
    await foreign({ use_rslora: true });
    const adapter = await loadPeft(target(), base, as);
    assert.equal(adapterScale(adapter), 8 / Math.sqrt(4));
    const again = join(temporary(), 'again');
    await savePeft(adapter, base, again);
    assert.equal(adapterScale(await loadPeft(again, base, as)), 4);
  });

  const unsupported: Record<string, unknown> = {
    peft_type: 'LOHA',
    use_dora: true,
    bias: 'all',
    lora_bias: true,
    modules_to_save: ['lm_head'],
    rank_pattern: { q_proj: 2 },
    alpha_pattern: { q_proj: 2 },
    fan_in_fan_out: true,
    layer_replication: [[0, 2]],
    trainable_token_indices: [1],
    init_lora_weights: 'pissa',
    use_qalora: true,
  };
  for (const [field, value] of Object.entries(unsupported)) {
    it(`refuses ${field}, by name, and leaves the files alone`, async () => {
      await foreign({ [field]: value });
      const error = await rejection();
      assert.equal(error.code, 'adaptation.unsupported-adapter');
      assert.ok(error.why.includes(`${field} = ${JSON.stringify(value)}`), error.why);
      assert.deepEqual(await readdir(temporary()), ['adapter']);
    });
  }

  it('refuses tensors outside the seven linears, by name', async () => {
    await foreign();
    const name = 'base_model.model.lm_head.lora_A.weight';
    await writeSafetensors(join(target(), 'adapter_model.safetensors'), [
      { name, shape: [1, 1], data: Float32Array.of(1) },
    ]);
    const error = await rejection();
    assert.equal(error.code, 'adaptation.unsupported-adapter');
    assert.ok(error.why.includes(name));
  });

  it('refuses another base: by shape, by number of layers, by key', async () => {
    await savePeft(trained(), base, target());
    const load = (config: object, key = 'k1') =>
      loadPeft(target(), { ...base, config: tinyConfigWith(config), key }, as);
    await assert.rejects(load({ hiddenSize: 20 }), (error: RetuneError) => {
      assert.equal(error.code, 'adaptation.wrong-shape');
      assert.ok(error.why.includes('[4, 16] instead of [4, 20]'), error.why);
      return true;
    });
    await assert.rejects(load({ layers: 1 }), { code: 'adaptation.wrong-shape' });
    await assert.rejects(load({}, 'k2'), {
      code: 'adaptation.other-base',
      data: { directory: target(), base: '/models/tiny' },
    });
    assert.deepEqual(await readdir(temporary()), ['adapter']);
  });

  it('says what is missing from a directory that is no adapter', async () => {
    await mkdir(target());
    assert.equal((await rejection()).data.missing, 'adapter_config.json');
    assert.equal((await rejection(join(temporary(), 'nowhere'))).code, 'adaptation.not-an-adapter');
  });

  describe('damaged', () => {
    const damages: Record<string, () => Promise<void>> = {
      'a truncated file': () => truncate(join(target(), 'adapter_model.safetensors'), 2000),
      'a changed byte': async () => {
        const path = join(target(), 'adapter_model.safetensors');
        const bytes = await readFile(path);
        bytes[bytes.length - 3]! ^= 1;
        await writeFile(path, bytes);
      },
      'a changed config': () => writeFile(join(target(), 'adapter_config.json'), '{}'),
      'a broken record': () => writeFile(join(target(), 'retune.json'), '{"format":1'),
      'a missing file': () => rm(join(target(), 'adapter_model.safetensors')),
    };
    for (const [what, damage] of Object.entries(damages)) {
      it(`${what} of ours: set aside with a message, and nothing is lost`, async () => {
        await savePeft(trained(), base, target());
        await damage();
        const files = await readdir(target());
        const error = await rejection();
        assert.equal(error.code, 'adaptation.corrupt');
        assert.equal(error.data.setAside, `${target()}.corrupt-1`);
        assert.ok(error.message.includes(`${target()}.corrupt-1`));
        assert.deepEqual(await readdir(`${target()}.corrupt-1`), files);

        await savePeft(trained(), base, target());
        await damage();
        assert.equal((await rejection()).data.setAside, `${target()}.corrupt-2`);
      });
    }

    it('files of others are left where they are', async () => {
      await foreign();
      await truncate(join(target(), 'adapter_model.safetensors'), 2000);
      const error = await rejection();
      assert.deepEqual([error.code, error.data.setAside], ['adaptation.corrupt', undefined]);
      await foreign({}, /layers\.0\..*k_proj\.lora_B/);
      assert.match((await rejection()).why, /k_proj\.lora_A\.weight but not .*k_proj\.lora_B/);
      await foreign({ r: 'four' });
      assert.match((await rejection()).why, /no usable r /);
      await foreign({ lora_alpha: -1 });
      assert.match((await rejection()).why, /no usable lora_alpha /);
      await foreign({}, /./);
      assert.match((await rejection()).why, /no LoRA matrices/);
      const nan = trained();
      nan.theta[100] = Number.NaN;
      await rm(target(), { recursive: true });
      await savePeft(nan, base, target());
      await rm(join(target(), 'retune.json'));
      assert.match((await rejection()).why, /not finite/);
      assert.deepEqual(await readdir(temporary()), ['adapter']);
    });
  });

  describe('writing', () => {
    it('replaces an older adapter as a whole', async () => {
      await savePeft(trained(4), base, target());
      await savePeft(trained(2), base, target());
      assert.equal((await loadPeft(target(), base, as)).rank, 2);
      assert.deepEqual(await readdir(temporary()), ['adapter']);
    });

    it('keeps the files of others in the same directory', async () => {
      await mkdir(target());
      await writeFile(join(target(), 'notes.txt'), 'mine');
      await savePeft(trained(4), base, target());
      await savePeft(trained(2), base, target());
      assert.equal(await readFile(join(target(), 'notes.txt'), 'utf8'), 'mine');
      assert.equal((await loadPeft(target(), base, as)).rank, 2);
      assert.equal((await readdir(target())).length, 4);
    });

    it('that fails leaves nothing behind and names the directory', async () => {
      await writeFile(join(temporary(), 'file'), '');
      const directory = join(temporary(), 'file', 'adapter');
      await assert.rejects(savePeft(trained(), base, directory), {
        code: 'adaptation.not-written',
        data: { directory },
      });
      assert.deepEqual(await readdir(temporary()), ['file']);
    });
  });
});
