import assert from 'node:assert/strict';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import { type PlannedEntry, planWeights } from '../../../../src/engine/checkpoint/weight-layout.ts';
import type { FileRange, WeightOptions } from '../../../../src/engine/checkpoint/weights.ts';

const file = {
  architectures: ['Qwen2ForCausalLM'],
  hidden_size: 128,
  intermediate_size: 192,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 33,
  tie_word_embeddings: true,
};

function plan(options: WeightOptions, changes: Record<string, unknown> = {}) {
  return planWeights(parseModelConfig('config.json', { ...file, ...changes }, architectures), options);
}

function assertAdjacent(ranges: readonly (FileRange | undefined)[]): void {
  assert.equal(ranges[0]!.offset % 64, 0);
  for (let index = 1; index < ranges.length; index++) {
    const before = ranges[index - 1]!;
    assert.equal(ranges[index]!.offset, before.offset + before.bytes);
  }
}

const kinds: WeightOptions[] = [{ dtype: 'fp32' }, { dtype: 'int8' }, { dtype: 'int4' }, { dtype: 'int4', block: 64 }];

describe('weight layout', () => {
  for (const options of kinds) {
    it(`keeps fusable tensors together (${options.dtype}, block ${options.block ?? 32})`, () => {
      const { entries } = plan(options);
      for (const layer of [0, 1]) {
        const group = (names: string[], suffix: string): PlannedEntry[] =>
          names.map((name) => entries.get(`model.layers.${layer}.${name}.${suffix}`)!);
        const attention = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'];
        const mlp = ['mlp.gate_proj', 'mlp.up_proj'];
        assertAdjacent(group(attention, 'weight').map(({ data }) => data));
        assertAdjacent(group(attention, 'bias').map(({ data }) => data));
        assertAdjacent(group(mlp, 'weight').map(({ data }) => data));
        if (options.dtype === 'fp32') continue;
        assertAdjacent(group(attention, 'weight').map(({ scales }) => scales));
        assertAdjacent(group(mlp, 'weight').map(({ scales }) => scales));
      }
    });

    it(`gives every byte to at most one tensor (${options.dtype}, block ${options.block ?? 32})`, () => {
      const { entries, bytes } = plan(options);
      const ranges = [...entries.values()]
        .flatMap(({ data, scales }) => (scales ? [data, scales] : [data]))
        .sort((a, b) => a.offset - b.offset);
      let end = 0;
      for (const range of ranges) {
        assert.ok(range.offset >= end && range.offset < end + 64);
        end = range.offset + range.bytes;
      }
      assert.equal(end, bytes);
    });
  }

  it('aligns scales also where the data before them ends anywhere', () => {
    const { entries } = plan({ dtype: 'int4' }, { hidden_size: 32, intermediate_size: 64 });
    const { data, scales } = entries.get('model.embed_tokens.weight')!;
    assert.notEqual((data.offset + data.bytes) % 64, 0);
    assert.equal(scales!.offset % 64, 0);
  });

  it('gives quantised tensors their packed size, norms and biases fp32', () => {
    const { entries } = plan({ dtype: 'int4', block: 64 });
    const down = entries.get('model.layers.0.mlp.down_proj.weight')!;
    assert.deepEqual([down.shape, down.data.bytes, down.scales?.bytes], [[128, 192], (128 * 192) / 2, 128 * 3 * 4]);
    assert.deepEqual(entries.get('model.embed_tokens.weight')!.storage, { kind: 'quantised', bits: 4, block: 64 });
    for (const name of ['model.norm.weight', 'model.layers.1.self_attn.v_proj.bias']) {
      assert.deepEqual(entries.get(name)!.storage, { kind: 'fp32' });
      assert.equal(entries.get(name)!.scales, undefined);
    }
  });

  it('stores an lm_head only when it is not tied', () => {
    assert.ok(!plan({ dtype: 'fp32' }).entries.has('lm_head.weight'));
    assert.ok(plan({ dtype: 'fp32' }, { tie_word_embeddings: false }).entries.has('lm_head.weight'));
  });

  it('refuses blocks that do not divide, naming the tensor and what would do', () => {
    assert.throws(() => plan({ dtype: 'int4', block: 128 }), /down_proj\.weight.*192 values.*Use blocks of 64, or/);
    assert.throws(() => plan({ dtype: 'int8' }, { intermediate_size: 100 }), /down_proj.*100 values.*Use fp32/);
  });

  it('refuses blocks that the dtype does not have', () => {
    assert.throws(() => plan({ dtype: 'int8', block: 64 }), /int8 weights cannot have blocks of 64.*Supported.*32/);
    assert.throws(() => plan({ dtype: 'int4', block: 16 as 32 }), /blocks of 16.*32, 64, 128/);
  });

  it('has a digest that changes with anything that changes the bytes', () => {
    const digests = [...kinds.map((kind) => plan(kind)), plan({ dtype: 'fp32' }, { vocab_size: 34 })];
    assert.equal(new Set(digests.map(({ digest }) => digest)).size, digests.length);
    assert.equal(plan({ dtype: 'int4' }).digest, plan({ dtype: 'int4', block: 32 }).digest);
  });
});
