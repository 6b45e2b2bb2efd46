import type { ModelConfig } from '../../src/engine/checkpoint/model-config.ts';
import { rotaryTables } from '../../src/engine/checkpoint/rope.ts';
import type { PreparedWeights } from '../../src/engine/checkpoint/weights.ts';
import { GraphBuilder, type Value } from '../../src/engine/graph/builder.ts';
import { FrozenWeights } from '../../src/engine/graph/frozen-weights.ts';
import { elementTypes, type OnnxGraph } from '../../src/engine/graph/onnx-model.ts';

/** transformers.js takes the size of this dimension from the prompt, by its name; all other dimensions of an empty cache are 0. */
const batch = 'batch_size';
/** Positions that the rotary tables in the graph cover. */
const positions = 2048;

/**
 * A Qwen2 decoder in the form that exports for transformers.js have: past keys and values go in, the whole of them with the
 * new ones comes out, and one fused operator rotates, appends and attends.
 *
 * Inputs: input_ids i64 [B, T] · attention_mask i64 [B, S+T] · num_logits_to_keep i64 (0 = all)
 * · past_key_values.l.key, .value [B, kv, S, hd].
 * Outputs: logits [B, kept, V] · present.l.key, .value [B, kv, S+T, hd].
 */
export function transformersGraph(config: ModelConfig, weights: PreparedWeights): OnnxGraph {
  const g = new GraphBuilder();
  const frozen = new FrozenWeights(g, weights);
  const epsilon = { float: config.rmsNormEps };
  const matmul = (x: Value, modules: readonly string[]) => frozen.matmul(x, modules, { accuracy: 4, bias: true });
  const gamma = (name: string) => frozen.vector(`${name}.weight`);
  const ids = g.input('input_ids', 'int64', [batch, 'T']);
  const attend = attention(g, config);

  let residual = frozen.embed(ids, 2);
  let x = g.node('SimplifiedLayerNormalization', [residual, gamma('model.layers.0.input_layernorm')], {
    axis: -1,
    epsilon,
    stash_type: 1,
  });
  const addAndNorm = (y: Value, norm: string): void => {
    const outputs = [g.fresh('normed'), '', '', g.fresh('residual')];
    g.nodes('SkipSimplifiedLayerNormalization', [residual, y, gamma(norm)], outputs, { epsilon }, 'com.microsoft');
    [x, , , residual] = outputs as [Value, Value, Value, Value];
  };
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const attended = attend(
      matmul(
        x,
        ['q', 'k', 'v'].map((name) => `${prefix}.self_attn.${name}_proj`),
      ),
      layer,
    );
    addAndNorm(matmul(attended, [`${prefix}.self_attn.o_proj`]), `${prefix}.post_attention_layernorm`);
    const gate = matmul(x, [`${prefix}.mlp.gate_proj`]);
    const up = matmul(x, [`${prefix}.mlp.up_proj`]);
    const hidden = g.mul(g.mul(gate, g.node('Sigmoid', [gate])), up);
    const next = layer + 1 < config.layers ? `model.layers.${layer + 1}.input_layernorm` : 'model.norm';
    addAndNorm(matmul(hidden, [`${prefix}.mlp.down_proj`]), next);
  }
  const keep = g.input('num_logits_to_keep', 'int64', []);
  const first = g.reshape(g.node('Neg', [keep]), g.ints([1]));
  const kept = g.node('Slice', [x, first, g.ints([Number.MAX_SAFE_INTEGER]), g.ints([1])]);
  const head = config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head';
  g.output('logits', matmul(kept, [head]), 'float', [batch, 'kept', config.vocabSize]);
  return g.finish('transformers');
}

/**
 *     attention_mask ─┬─ ReduceSum − 1 ─ last position i32 [B] ─┐
 *                     └─ Shape[1] ────── total i32 ─────────────┤
 *     q|k|v [B, T, (heads + 2·kv)·hd], past keys and values ────┴─ GroupQueryAttention ─ [B, T, heads·hd], present ones
 */
function attention(g: GraphBuilder, config: ModelConfig): (qkv: Value, layer: number) => Value {
  const { heads, kvHeads, headSize } = config;
  const mask = g.input('attention_mask', 'int64', [batch, 'S+T']);
  const toInt32 = (value: Value) => g.node('Cast', [value], { to: elementTypes.int32 });
  const count = g.node('ReduceSum', [mask, g.ints([1])], { keepdims: 0 });
  const last = toInt32(g.sub(count, g.ints([1])));
  const width = g.node('Shape', [mask], { start: 1, end: 2 });
  const total = toInt32(g.node('Squeeze', [width]));
  const tables = Object.entries(rotaryTables(config, positions)).map(([name, values]) =>
    g.bytes(name, 'float', [positions, headSize / 2], new Uint8Array(values.buffer)),
  );
  return (qkv, layer) => {
    const past = ['key', 'value'].map((name) =>
      g.input(`past_key_values.${layer}.${name}`, 'float', [batch, kvHeads, 'S', headSize]),
    );
    const present = ['key', 'value'].map((name) => `present.${layer}.${name}`);
    for (const name of present) g.expose(name, 'float', [batch, kvHeads, 'S+T', headSize]);
    return g.nodes(
      'GroupQueryAttention',
      [qkv, '', '', ...past, last, total, ...tables],
      [g.fresh('attended'), ...present],
      { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1 },
      'com.microsoft',
    )[0] as Value;
  };
}
