import type { ModelConfig } from '../checkpoint/model-config.ts';
import type { PreparedWeights } from '../checkpoint/weights.ts';
import { GraphBuilder, type Value } from './builder.ts';
import { type CacheLayout, DecodeAttention } from './decode-attention.ts';
import { FrozenWeights } from './frozen-weights.ts';
import type { DecoderLayer, LayerOps } from './layer-ops.ts';
import { loraInput, loraLayout } from './lora.ts';
import type { OnnxGraph } from './onnx-model.ts';

export interface DecodeGraphOptions {
  /** LoRA rank, static: 0 leaves LoRA out, which is faster. */
  readonly rank: number;
  readonly cache: CacheLayout;
  /** 4 = int8 activations (fast), 1 = fp32. */
  readonly accuracy?: 1 | 4;
}

/**
 * Prefill and decode in one graph: B sequences of T new tokens over a cache of S positions.
 *
 * Inputs: ids, positions i64 [B, T] · lengths i32 [B] (tokens in the cache after this run, less one) · total i32 (largest of them, plus one)
 * · with `rows`: prefill bool [1] (false only when T = 1), sizes i64 [S, T], and for every window w of the layers
 *   mask, mask.w [B, 1, 1, S + T] (0 where the last token may look, else −1e30)
 * · cos, sin [P, hd/2] · k.l, v.l [B, kv, S, hd] · lora.l.module.A [b, in, r], .B [b, r, out] with b = 1 or B.
 * Outputs: logits [B, 1, V] after the last token · k_new.l, v_new.l [B, T, kv·hd] or k_out.l, v_out.l [B, kv, S, hd].
 */
export function decodeGraph(
  config: ModelConfig,
  decoderLayer: DecoderLayer,
  weights: PreparedWeights,
  options: DecodeGraphOptions,
): OnnxGraph {
  const g = new GraphBuilder();
  const emitter = new DecodeEmitter(g, config, weights, options);
  const ids = g.input('ids', 'int64', ['B', 'T']);
  let x = emitter.frozen.embed(ids, 2);
  const heads = { query: config.heads, key: config.kvHeads };
  for (let layer = 0; layer < config.layers; layer++) {
    emitter.layer = layer;
    x = decoderLayer(emitter, x, heads);
  }
  const normed = emitter.finalNorm(emitter.lastToken(x));
  const head = config.tiedEmbeddings ? 'model.embed_tokens' : 'lm_head';
  const logits = emitter.frozen.matmul(normed, [head], { accuracy: options.accuracy ?? 4, bias: false });
  g.output('logits', logits, 'float', ['B', 1, config.vocabSize]);
  return g.finish('decode');
}

class DecodeEmitter implements LayerOps {
  readonly frozen: FrozenWeights;
  layer = 0;
  readonly #g: GraphBuilder;
  readonly #config: ModelConfig;
  readonly #options: DecodeGraphOptions;
  readonly #rotary: readonly Value[];
  readonly #attention: DecodeAttention;
  /** Whether the last layer continues with the last token alone, and with its residual still to be shortened. */
  #shortened: 'no' | 'but the residual' | 'yes' = 'no';
  /** The modules that carry LoRA. */
  readonly #adapted: ReadonlySet<string>;
  /** Residual sums that no node computes yet: the following norm computes sum and norm at once. */
  readonly #pending = new Map<Value, readonly [Value, Value]>();

  constructor(g: GraphBuilder, config: ModelConfig, weights: PreparedWeights, options: DecodeGraphOptions) {
    this.#g = g;
    this.#config = config;
    this.#options = options;
    this.frozen = new FrozenWeights(g, weights);
    const positions = g.input('positions', 'int64', ['B', 'T']);
    const table = ['P', config.headSize / 2];
    this.#rotary = [positions, g.input('cos', 'float', table), g.input('sin', 'float', table)];
    this.#attention = new DecodeAttention(g, config, options.cache);
    this.#adapted = new Set(options.rank > 0 ? config.loraModules : []);
    this.#declareLora();
  }

  add(a: Value, b: Value): Value {
    const sum = this.#g.fresh('residual');
    const shorten = this.#shortened === 'but the residual';
    if (shorten) this.#shortened = 'yes';
    this.#pending.set(sum, [shorten ? this.#lastRow(a) : a, b]);
    return sum;
  }

  norm(x: Value, weight: string): Value {
    return this.#norm(x, `${this.#inLayer(weight)}.weight`);
  }

  finalNorm(x: Value): Value {
    return this.#norm(x, 'model.norm.weight');
  }

  /** The hidden state of the last token [B, 1, H]: gathered, or all that the last layer computed. */
  lastToken(x: Value): Value {
    return this.#shortened === 'yes' ? x : this.#lastRow(this.#settled(x));
  }

  /** [B, T, ·] → [B, 1, ·] */
  #lastRow(x: Value): Value {
    return this.#g.node('Gather', [x, this.#g.ints([-1])], { axis: 1 });
  }

  /** x [B, T, heads·hd] ─ reshape [B, T·heads, hd] ─ norm ─ reshape [B, T, heads·hd] */
  headNorm(x: Value, weight: string, heads: number): Value {
    const g = this.#g;
    const { headSize, rmsNormEps } = this.#config;
    const split = g.reshape(x, g.ints([0, -1, headSize]));
    const gamma = this.frozen.vector(`${this.#inLayer(weight)}.weight`);
    const attributes = { axis: -1, epsilon: { float: rmsNormEps }, stash_type: 1 };
    const normed = g.node('SimplifiedLayerNormalization', [split, gamma], attributes);
    return g.reshape(normed, g.ints([0, -1, heads * headSize]));
  }

  linear(x: Value, module: string): Value {
    const base = this.frozen.matmul(x, [this.#inLayer(module)], { accuracy: this.#accuracy, bias: true });
    return this.#withLora(x, base, module);
  }

  /** x ─ one matrix over all modules' rows ─ Split ─ (+ LoRA) each, when the rows lie side by side. */
  linears<const T extends readonly string[]>(x: Value, modules: T): { [K in keyof T]: Value } {
    const names = modules.map((module) => this.#inLayer(module));
    if (!this.frozen.adjacent(names))
      return modules.map((module) => this.linear(x, module)) as { [K in keyof T]: Value };
    const fused = this.frozen.matmul(x, names, { accuracy: this.#accuracy, bias: true });
    const sizes = this.#g.ints(names.map((name) => this.frozen.entry(`${name}.weight`).shape[0]!));
    const outputs = modules.map((module) => this.#g.fresh(module));
    const parts = this.#g.nodes('Split', [fused, sizes], outputs, { axis: -1 });
    return parts.map((part, i) => this.#withLora(x, part, modules[i]!)) as { [K in keyof T]: Value };
  }

  rotary(x: Value, _heads: number): Value {
    return this.#g.ms('RotaryEmbedding', [x, ...this.#rotary], { interleaved: 0 });
  }

  attention(q: Value, k: Value, v: Value): Value {
    if (!this.#attention.shortens(this.layer)) return this.#attention.all(this.layer, q, k, v);
    this.#shortened = 'but the residual';
    return this.#attention.last(this.layer, this.#lastRow(q), k, v);
  }

  gatedSilu(gate: Value, up: Value): Value {
    return this.#g.mul(this.#g.mul(gate, this.#g.node('Sigmoid', [gate])), up);
  }

  get #accuracy(): 1 | 4 {
    return this.#options.accuracy ?? 4;
  }

  #inLayer(name: string): string {
    return `model.layers.${this.layer}.${name}`;
  }

  #declareLora(): void {
    for (const slot of loraLayout(this.#config, this.#options.rank).slots) {
      this.#g.input(loraInput(slot), 'float', ['b', slot.rows, slot.columns]);
    }
  }

  /** base + (x·A)·B */
  #withLora(x: Value, base: Value, module: string): Value {
    if (!this.#adapted.has(module)) return base;
    const g = this.#g;
    const [A, B] = (['A', 'B'] as const).map((matrix) => loraInput({ layer: this.layer, module, matrix }));
    return g.add(base, g.matmul(g.matmul(x, A!), B!));
  }

  #norm(x: Value, weight: string): Value {
    const g = this.#g;
    const gamma = this.frozen.vector(weight);
    const epsilon = { float: this.#config.rmsNormEps };
    const pending = this.#pending.get(x);
    if (pending === undefined) {
      return g.node('SimplifiedLayerNormalization', [x, gamma], { axis: -1, epsilon, stash_type: 1 });
    }
    this.#pending.delete(x);
    const [a, b] = pending.map((value) => this.#settled(value)) as [Value, Value];
    const outputs = [g.fresh('normed'), '', '', x];
    return g.nodes(
      'SkipSimplifiedLayerNormalization',
      [a, b, gamma],
      outputs,
      { epsilon },
      'com.microsoft',
    )[0] as Value;
  }

  #settled(x: Value): Value {
    const pending = this.#pending.get(x);
    if (pending === undefined) return x;
    this.#pending.delete(x);
    return this.#g.nodes('Add', pending, [x])[0] as Value;
  }
}
