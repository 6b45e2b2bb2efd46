import assert from 'node:assert/strict';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import {
  checkMemory,
  estimateMemory,
  type MemoryOptions,
  neededMemory,
  updateBytes,
} from '../../../../src/engine/runtime/memory.ts';
import { modelSize } from '../../../../src/engine/runtime/model-size.ts';

/** Qwen2.5-0.5B: 494 032 768 parameters by its model card's files. */
const half = parseModelConfig(
  'config.json',
  {
    architectures: ['Qwen2ForCausalLM'],
    hidden_size: 896,
    intermediate_size: 4864,
    num_hidden_layers: 24,
    num_attention_heads: 14,
    num_key_value_heads: 2,
    vocab_size: 151936,
    tie_word_embeddings: true,
    max_position_embeddings: 32768,
  },
  architectures,
);
const base: MemoryOptions = { dtype: 'int8', contextLength: 2048, provider: 'cpu', checkpointing: false };

function near(actual: number, measured: number): void {
  const ratio = actual / measured;
  assert.ok(
    ratio > 0.75 && ratio < 1.25,
    `${(actual / 1e9).toFixed(2)} GB for a measured ${(measured / 1e9).toFixed(2)} GB`,
  );
}

describe('memory estimate', () => {
  it('counts the parameters of Qwen2.5-0.5B exactly', () => {
    assert.equal(modelSize(half).total, 494_032_768);
    assert.equal(modelSize({ ...half, tiedEmbeddings: false }).total, 494_032_768 + 151936 * 896);
  });

  it('counts scales and offsets with quantised values', () => {
    const matrices = 494_032_768 - 24 * (2 * 896 + 896 + 2 * 128) - 896;
    const vectors = 4 * (494_032_768 - matrices);
    const weights = (options: Partial<MemoryOptions>) => estimateMemory(half, { ...base, ...options }).weights;
    // Groups of tensors begin at multiples of 64 bytes.
    const exactly = (found: number, expected: number) =>
      assert.ok(found >= expected && found < expected + 1e5, `${found}`);
    exactly(weights({ dtype: 'fp32' }), 4 * matrices + vectors);
    exactly(weights({ dtype: 'int8' }), matrices * (1 + 4 / 32) + vectors);
    exactly(weights({ dtype: 'int4', block: 64 }), matrices * (1 / 2 + 4 / 64) + vectors);
    const q4K = { kind: 'quantised', bits: 4, block: 32, offsets: true } as const;
    exactly(weights({ dtype: 'int8', quantised: () => q4K }), matrices * (1 / 2 + 8 / 32) + vectors);
  });

  describe('is within 25 % of resident memory measured while generating (512 tokens prefilled, cache of 2048)', () => {
    for (const [dtype, measured] of [
      ['int4', 0.818e9],
      ['int8', 1.06e9],
      ['fp32', 2.88e9],
    ] as const) {
      it(dtype, () => near(neededMemory(estimateMemory(half, { ...base, dtype }), 'generate'), measured));
    }
  });

  describe('is within 25 % of anonymous memory measured in a gradient (rank 8)', () => {
    const cases: readonly [string, Partial<MemoryOptions>, number][] = [
      ['fp32, 512 tokens, 128 of response', { dtype: 'fp32' }, 2.05e9],
      ['fp32, 512 tokens, all of response', { dtype: 'fp32', responseTokens: 512 }, 3.04e9],
      ['fp32, layer checkpointing', { dtype: 'fp32', checkpointing: true }, 0.95e9],
      [
        'fp32, layer checkpointing, 2048 tokens',
        { dtype: 'fp32', checkpointing: true, updateTokens: 2048, responseTokens: 256 },
        3.1e9,
      ],
      ['int4', { dtype: 'int4' }, 2.24e9],
      ['int4, layer checkpointing', { dtype: 'int4', checkpointing: true }, 0.96e9],
      ['int8, layer checkpointing', { dtype: 'int8', checkpointing: true }, 1.01e9],
    ];
    for (const [name, options, measured] of cases) {
      it(name, () => near(updateBytes(half, { ...base, ...options }), measured));
    }
  });

  it('grows with context, update length and response, and shrinks with checkpointing and fewer bits', () => {
    const e = (change: Partial<MemoryOptions>) => estimateMemory(half, { ...base, ...change });
    assert.equal(e({ contextLength: 4096 }).decode - e({}).decode, 2 * 2048 * 24 * 2 * 2 * 64 * 4);
    assert.ok(e({ updateTokens: 1024 }).update > e({}).update);
    assert.ok(e({ responseTokens: 512 }).update > e({}).update);
    assert.ok(e({ checkpointing: true }).update < e({}).update);
    assert.ok(e({ dtype: 'int4' }).weights < e({}).weights);
    assert.ok(e({ dtype: 'int4', block: 128 }).weights < e({ dtype: 'int4' }).weights);
    assert.ok(e({ provider: 'webgpu' }).decode < e({}).decode);
  });

  describe('the check', () => {
    const estimate = { weights: 3e9, decode: 1e9, update: 2e9, available: 5e9 };

    it('passes what fits and counts the update only when adapting', () => {
      assert.equal(checkMemory(estimate, base), undefined);
      assert.equal(checkMemory(estimate, base, 'adapt')?.code, 'runtime.not-enough-memory');
    });

    it('names need, supply and what would help', () => {
      const error = checkMemory(estimate, { ...base, dtype: 'fp32', contextLength: 8192 }, 'adapt');
      assert.match(error?.what ?? '', /6\.00 GB to adapt, and 5\.00 GB is available/);
      for (const remedy of [/int4/, /checkpointing/, /8192/, /close/]) assert.match(error?.remedy ?? '', remedy);
      const small = checkMemory(
        { ...estimate, available: 1 },
        { dtype: 'int4', contextLength: 512, checkpointing: true },
      );
      assert.doesNotMatch(small?.remedy ?? '', /int4|checkpointing|context/);
    });
  });
});
