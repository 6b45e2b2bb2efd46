import assert from 'node:assert/strict';
import { architectures } from '../../../../src/engine/architectures/index.ts';
import { parseModelConfig } from '../../../../src/engine/checkpoint/config.ts';
import type { ModelConfig } from '../../../../src/engine/checkpoint/model-config.ts';

const sizes = {
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151936,
};
const qwen2 = { architectures: ['Qwen2ForCausalLM'], ...sizes };
const qwen3 = { architectures: ['Qwen3ForCausalLM'], ...sizes };
const llama = { architectures: ['LlamaForCausalLM'], ...sizes };
const mistral = { architectures: ['MistralForCausalLM'], ...sizes };

function parse(config: unknown) {
  return parseModelConfig('config.json', config, architectures);
}

const linears = [
  ...['q', 'k', 'v', 'o'].map((name) => `self_attn.${name}_proj`),
  ...['gate', 'up', 'down'].map((name) => `mlp.${name}_proj`),
];

/** The linears with a bias, by the first part of their last name. */
function biases({ layerTensors }: ModelConfig): string[] {
  return layerTensors.flatMap(({ name }) => /\.(\w+)_proj\.bias$/.exec(name)?.[1] ?? []);
}

function hasHeadNorms({ layerTensors }: ModelConfig): boolean {
  return ['q', 'k'].every((name) => layerTensors.some((each) => each.name === `self_attn.${name}_norm.weight`));
}

describe('config.json', () => {
  it('reads the layout of transformers 4 (Qwen2.5-Coder-0.5B)', () => {
    const { layerTensors, ...config } = parse({
      ...qwen2,
      attention_dropout: 0.0,
      bos_token_id: 151643,
      hidden_act: 'silu',
      max_position_embeddings: 32768,
      max_window_layers: 24,
      rms_norm_eps: 1e-6,
      rope_theta: 1000000.0,
      sliding_window: 32768,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      use_sliding_window: false,
    });
    assert.deepEqual(config, {
      architecture: 'Qwen2ForCausalLM',
      hiddenSize: 896,
      intermediateSize: 4864,
      layers: 24,
      heads: 14,
      kvHeads: 2,
      headSize: 64,
      vocabSize: 151936,
      rmsNormEps: 1e-6,
      ropeTheta: 1000000,
      ropeScaling: null,
      tiedEmbeddings: true,
      loraModules: [...linears],
      windows: new Array(24).fill(null),
      maxPositions: 32768,
    });
    assert.deepEqual(
      layerTensors.map(({ name, shape }) => `${name} ${shape.join('×')}`),
      [
        'input_layernorm.weight 896',
        'self_attn.q_proj.weight 896×896',
        'self_attn.q_proj.bias 896',
        'self_attn.k_proj.weight 128×896',
        'self_attn.k_proj.bias 128',
        'self_attn.v_proj.weight 128×896',
        'self_attn.v_proj.bias 128',
        'self_attn.o_proj.weight 896×896',
        'post_attention_layernorm.weight 896',
        'mlp.gate_proj.weight 4864×896',
        'mlp.up_proj.weight 4864×896',
        'mlp.down_proj.weight 896×4864',
      ],
    );
  });

  it('reads the layout of transformers 5 alike', () => {
    const old = parse({
      ...llama,
      rope_theta: 500000,
      rope_scaling: { type: 'linear', factor: 2 },
      torch_dtype: 'float32',
    });
    const rope_parameters = { rope_type: 'linear', rope_theta: 500000, factor: 2 };
    assert.deepEqual(parse({ ...llama, rope_parameters, dtype: 'float32' }), old);
    assert.deepEqual(old.ropeScaling, { type: 'linear', factor: 2 });
    assert.equal(old.ropeTheta, 500000);
  });

  it('takes the rope theta of rope_parameters before the outer one, and rope_scaling before rope_parameters', () => {
    const rope_parameters = { rope_type: 'default', rope_theta: 7 };
    assert.equal(parse({ ...llama, rope_theta: 5, rope_parameters }).ropeTheta, 7);
    const both = parse({ ...llama, rope_theta: 5, rope_parameters, rope_scaling: { rope_type: 'linear', factor: 3 } });
    assert.deepEqual([both.ropeTheta, both.ropeScaling], [5, { type: 'linear', factor: 3 }]);
    assert.equal(parse({ ...llama, rope_parameters, rope_scaling: null }).ropeTheta, 7);
    assert.equal(parse({ ...llama, rope_parameters, rope_scaling: {} }).ropeTheta, 7);
    assert.equal(parse(llama).ropeTheta, 10000);
  });

  it('reads llama3 scaling', () => {
    const scaling = { rope_type: 'llama3', factor: 32, low_freq_factor: 1, high_freq_factor: 4 };
    const given = parse({ ...llama, rope_scaling: { ...scaling, original_max_position_embeddings: 8192 } });
    assert.deepEqual(given.ropeScaling, {
      type: 'llama3',
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositions: 8192,
    });
    const derived = parse({ ...llama, max_position_embeddings: 4096, rope_scaling: scaling }).ropeScaling;
    assert.ok(derived?.type === 'llama3' && derived.originalMaxPositions === 4096);
  });

  it('reads yarn scaling with its defaults', () => {
    const scaling = { type: 'yarn', factor: 4, original_max_position_embeddings: 32768 };
    assert.deepEqual(parse({ ...qwen2, rope_scaling: scaling }).ropeScaling, {
      type: 'yarn',
      factor: 4,
      originalMaxPositions: 32768,
      betaFast: 32,
      betaSlow: 1,
      truncate: true,
    });
    const full = { ...scaling, attention_factor: 1.5, mscale: 1, mscale_all_dim: 0.5, beta_fast: 8, truncate: false };
    assert.deepEqual(parse({ ...qwen2, rope_scaling: full }).ropeScaling, {
      type: 'yarn',
      factor: 4,
      originalMaxPositions: 32768,
      betaFast: 8,
      betaSlow: 1,
      attentionFactor: 1.5,
      mscale: 1,
      mscaleAllDim: 0.5,
      truncate: false,
    });
  });

  it('takes the outer original context before the inner one', () => {
    const rope_scaling = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 100 };
    const { ropeScaling } = parse({ ...llama, rope_scaling, original_max_position_embeddings: 200 });
    assert.ok(ropeScaling?.type === 'yarn' && ropeScaling.originalMaxPositions === 200);
  });

  it('has the defaults of each class', () => {
    const { num_key_value_heads: _, ...withoutKv } = { ...sizes, num_attention_heads: 32, hidden_size: 4096 };
    const two = parse({ architectures: ['Qwen2ForCausalLM'], ...withoutKv });
    const three = parse({ architectures: ['Qwen3ForCausalLM'], ...withoutKv });
    const meta = parse({ architectures: ['LlamaForCausalLM'], ...withoutKv, num_attention_heads: 64 });
    assert.deepEqual([two.kvHeads, two.headSize, two.maxPositions], [32, 128, 32768]);
    assert.deepEqual([three.kvHeads, three.headSize, three.maxPositions], [32, 128, 32768]);
    assert.deepEqual([meta.kvHeads, meta.headSize, meta.maxPositions], [64, 64, 2048]);
    assert.deepEqual([biases(two), biases(three), biases(meta)], [['q', 'k', 'v'], [], []]);
    assert.deepEqual([two, three, meta].map(hasHeadNorms), [false, true, false]);
    const many = { architectures: ['Qwen2ForCausalLM'], ...withoutKv, num_attention_heads: 64 };
    assert.equal(parse(many).kvHeads, 32);
    assert.equal(parse({ ...qwen2, num_key_value_heads: null }).kvHeads, 14);
    assert.equal(parse(qwen3).headSize, 128);
    assert.equal(parse({ ...qwen2, head_dim: 128 }).headSize, 128);
    assert.deepEqual([meta.tiedEmbeddings, meta.rmsNormEps], [false, 1e-6]);
  });

  it('reads biases', () => {
    const biased = parse({ ...llama, attention_bias: true, mlp_bias: true });
    assert.deepEqual(biases(biased), ['q', 'k', 'v', 'o', 'gate', 'up', 'down']);
    const three = parse({ ...qwen3, attention_bias: true, mlp_bias: true });
    assert.deepEqual(biases(three), ['q', 'k', 'v', 'o']);
    assert.deepEqual(biases(parse({ ...qwen2, attention_bias: true })), ['q', 'k', 'v']);
  });

  it('reads Mistral as it is published', () => {
    const seven = {
      architectures: ['MistralForCausalLM'],
      model_type: 'mistral',
      hidden_act: 'silu',
      hidden_size: 4096,
      intermediate_size: 14336,
      max_position_embeddings: 32768,
      num_attention_heads: 32,
      num_hidden_layers: 32,
      num_key_value_heads: 8,
      rms_norm_eps: 1e-5,
      tie_word_embeddings: false,
      vocab_size: 32000,
    };
    const first = parse({ ...seven, rope_theta: 10000.0, sliding_window: 4096 });
    assert.deepEqual(first.windows, new Array(32).fill(4096));
    assert.deepEqual([first.headSize, first.kvHeads, first.ropeTheta, first.rmsNormEps], [128, 8, 1e4, 1e-5]);
    assert.deepEqual([first.tiedEmbeddings, biases(first), hasHeadNorms(first)], [false, [], false]);
    const third = parse({ ...seven, rope_theta: 1000000.0, sliding_window: null, vocab_size: 32768 });
    assert.deepEqual([third.windows, third.ropeTheta], [new Array(32).fill(null), 1e6]);
    const nemo = { ...seven, hidden_size: 5120, head_dim: 128, num_hidden_layers: 40, max_position_embeddings: 131072 };
    assert.deepEqual(parse({ ...nemo, sliding_window: null }).layerTensors[1]?.shape, [4096, 5120]);
  });

  it('has the defaults of transformers for Mistral', () => {
    const { num_key_value_heads: _, ...withoutKv } = { ...mistral, num_attention_heads: 32, hidden_size: 4096 };
    const config = parse(withoutKv);
    assert.deepEqual([config.kvHeads, config.headSize, config.maxPositions, config.rmsNormEps], [8, 128, 131072, 1e-6]);
    // Without the field the class has a window.
    assert.deepEqual(config.windows, new Array(24).fill(4096));
    assert.deepEqual(parse({ ...mistral, attention_bias: true, mlp_bias: true }).layerTensors.length, 9);
    const all = new Array(24).fill('sliding_attention');
    assert.deepEqual(parse({ ...mistral, layer_types: all }).windows, new Array(24).fill(4096));
  });

  it('finds the architecture by model_type when none is named', () => {
    assert.equal(parse({ model_type: 'qwen3', ...sizes }).architecture, 'Qwen3ForCausalLM');
  });

  const unsupported: [string, unknown, RegExp][] = [
    [
      'another architecture',
      { architectures: ['GemmaForCausalLM'] },
      /architecture GemmaForCausalLM.*Qwen2ForCausalLM, Qwen3/,
    ],
    ['mixture of experts', { architectures: ['Qwen3MoeForCausalLM'], ...sizes }, /Qwen3MoeForCausalLM/],
    ['a head other than a language model', { architectures: ['Qwen2ForSequenceClassification'] }, /ForSequenceClass/],
    ['another model type', { model_type: 'gpt2' }, /model type gpt2/],
    ['experts', { ...llama, num_local_experts: 8 }, /8 experts/],
    [
      'dynamic rope',
      { ...llama, rope_scaling: { type: 'dynamic', factor: 2 } },
      /rope type dynamic.*default, linear, llama3 and yarn/,
    ],
    [
      'longrope',
      { ...llama, rope_scaling: { rope_type: 'longrope', short_factor: [1], long_factor: [1] } },
      /rope type longrope/,
    ],
    [
      'rope per layer type',
      { ...llama, rope_parameters: { full_attention: { rope_type: 'default' } } },
      /full_attention/,
    ],
    [
      'layers of both kinds in Mistral',
      { ...mistral, layer_types: ['full_attention', ...new Array(23).fill('sliding_attention')] },
      /not every layer is sliding_attention/,
    ],
    [
      'full layers of Mistral with a window',
      { ...mistral, layer_types: new Array(24).fill('full_attention') },
      /layer_types/,
    ],
    ['partial rotation', { ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor of 0.5/],
    [
      'partial rotation (5)',
      { ...llama, rope_parameters: { partial_rotary_factor: 0.25 } },
      /partial_rotary_factor of 0.25/,
    ],
    ['another activation', { ...llama, hidden_act: 'gelu' }, /activation gelu.*silu/],
    ['quantised weights', { ...llama, quantization_config: { quant_method: 'awq' } }, /quantization_config \(awq\)/],
    [
      'chunked layers',
      { ...llama, layer_types: ['full_attention', 'chunked_attention'] },
      /layers of the type chunked_attention/,
    ],
    [
      'linear attention',
      { ...qwen3, layer_types: ['linear_attention', 'full_attention'] },
      /layers of the type linear_attention/,
    ],
  ];
  for (const [what, config, message] of unsupported) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parse(config),
        (error: Error) => {
          assert.match(error.message, message);
          assert.equal((error as Error & { code: string }).code, 'checkpoint.unsupported-model');
          return true;
        },
      );
    });
  }

  it('accepts a sliding window that no layer uses', () => {
    const unused = [
      { use_sliding_window: true, max_window_layers: 24 },
      { use_sliding_window: true, sliding_window: null, max_window_layers: 1 },
      { layer_types: new Array(24).fill('full_attention') },
      { use_sliding_window: false, sliding_window: 4096, max_window_layers: 0 },
      // No two tokens are further apart than that.
      { use_sliding_window: true, sliding_window: 32768, max_window_layers: 0 },
    ];
    for (const fields of unused) {
      assert.deepEqual(parse({ ...qwen2, ...fields }).windows, new Array(24).fill(null), JSON.stringify(fields));
    }
  });

  it('reads the window of every layer of Qwen', () => {
    const slides = { use_sliding_window: true, sliding_window: 4096, max_window_layers: 12 };
    const half = [...new Array(12).fill(null), ...new Array(12).fill(4096)];
    for (const model of [qwen2, qwen3]) assert.deepEqual(parse({ ...model, ...slides }).windows, half);
    const { sliding_window: _, ...withDefault } = slides;
    assert.deepEqual(parse({ ...qwen2, ...withDefault }).windows, half);
    const layer_types = Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 'sliding_attention' : 'full_attention'));
    const alternating = layer_types.map((type) => (type === 'sliding_attention' ? 4096 : null));
    assert.deepEqual(parse({ ...qwen3, ...slides, layer_types }).windows, alternating);
  });

  const bad: [string, unknown, RegExp][] = [
    ['a list', [], /"architectures"/],
    ['null', null, /"architectures"/],
    ['no architecture', {}, /neither "architectures" nor "model_type"/],
    ['a missing size', { ...qwen2, hidden_size: undefined }, /hidden_size/],
    ['a negative size', { ...qwen2, vocab_size: -1 }, /vocab_size/],
    ['a size as text', { ...qwen2, vocab_size: '7' }, /vocab_size/],
    ['a size that is no integer', { ...qwen2, num_hidden_layers: 1.5 }, /num_hidden_layers/],
    ['an absurd number of layers', { ...qwen2, num_hidden_layers: 1e9 }, /num_hidden_layers/],
    [
      'heads that do not divide',
      { ...qwen2, num_attention_heads: 15 },
      /896 is not a multiple of num_attention_heads 15/,
    ],
    [
      'key/value heads that do not divide',
      { ...qwen2, num_key_value_heads: 3 },
      /14 is not a multiple of num_key_value_heads 3/,
    ],
    ['an odd head', { ...qwen2, head_dim: 7 }, /head_dim 7 is odd/],
    ['scaling without a factor', { ...llama, rope_scaling: { type: 'linear' } }, /linear needs the parameter factor/],
    ['a layer type too many', { ...llama, layer_types: new Array(25).fill('full_attention') }, /25 layers of 24/],
    ['a window of nothing', { ...qwen2, use_sliding_window: true, sliding_window: 0 }, /sliding_window 0/],
    [
      'sliding layers without a window',
      { ...qwen2, layer_types: new Array(24).fill('sliding_attention') },
      /there is no sliding window/,
    ],
    ['a factor of zero', { ...llama, rope_scaling: { type: 'linear', factor: 0 } }, /rope_scaling\.factor/],
  ];
  for (const [what, config, message] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parse(config),
        (error: Error) => {
          assert.match(error.message, message);
          assert.equal((error as Error & { code: string }).code, 'checkpoint.bad-config');
          return true;
        },
      );
    });
  }
});
