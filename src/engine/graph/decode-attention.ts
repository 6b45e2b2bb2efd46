import type { ModelConfig } from '../checkpoint/model-config.ts';
import { distinctWindows, maskInput } from './attention-window.ts';
import type { GraphBuilder, Value } from './builder.ts';

/**
 * `rows`: the run returns only the new key/value rows; the caller writes them into its cache (CPU: the binding copies what is returned).
 * `in-place`: the whole cache is an output that the caller binds to the input's own buffer (GPU).
 */
export type CacheLayout = 'rows' | 'in-place';

/** Inputs that only the graph with `rows` has. */
const prefill = 'prefill';
const sizes = 'sizes';

/**
 *     q, k (rotated), v ─┐
 *     k.l, v.l ──────────┴─ attention ─ attended [B, T, heads·hd]
 *     k, v ─ k_new.l, v_new.l          (or the operator's own present keys and values ─ k_out.l, v_out.l)
 *
 * On a CPU the fused operator copies the whole cache into an output that nobody wants, so that its cost grows with S;
 * with one token per sequence a few plain products are faster. They also serve the last layer of a prefill, of which
 * only the last token is wanted: it needs the keys and values of all tokens, but the query and everything behind of one.
 */
export class DecodeAttention {
  readonly #g: GraphBuilder;
  readonly #config: ModelConfig;
  readonly #cache: CacheLayout;
  readonly #lengths: readonly Value[];

  constructor(g: GraphBuilder, config: ModelConfig, cache: CacheLayout) {
    this.#g = g;
    this.#config = config;
    this.#cache = cache;
    this.#lengths = [g.input('lengths', 'int32', ['B']), g.input('total', 'int32', [])];
    if (cache === 'in-place') return;
    g.input(prefill, 'bool', [1]);
    g.input(sizes, 'int64', [2]);
    for (const window of distinctWindows(config)) g.input(maskInput(window), 'float', ['B', 1, 1, 'S + T']);
  }

  /** Whether only the last token's attention is wanted of this layer. */
  shortens(layer: number): boolean {
    return this.#cache === 'rows' && layer === this.#config.layers - 1;
  }

  /** q [B, T, heads·hd], k, v [B, T, kv·hd] → [B, T, heads·hd] */
  all(layer: number, q: Value, k: Value, v: Value): Value {
    const g = this.#g;
    const { kvHeads, headSize } = this.#config;
    const past = this.#declarePast(layer);
    if (this.#cache === 'in-place') {
      const present = [`k_out.${layer}`, `v_out.${layer}`];
      for (const name of present) g.expose(name, 'float', this.#pastShape);
      return this.#fused(layer, [q, k, v, ...past], present);
    }
    this.#returnRows(layer, k, v);
    const name = g.fresh('attended');
    const row = (x: Value) => g.reshape(x, g.ints([-1, kvHeads, 1, headSize]));
    const fused = () => [{ name, value: this.#fused(layer, [q, k, v, ...past], [g.fresh('k'), g.fresh('v')]) }];
    const plain = () => [{ name, value: this.#oneQuery(layer, q, row(k), row(v)) }];
    return g.either(prefill, fused, plain)[0] as Value;
  }

  /** q of the last token [B, 1, heads·hd], k, v of all [B, T, kv·hd] → [B, 1, heads·hd] */
  last(layer: number, q: Value, k: Value, v: Value): Value {
    const g = this.#g;
    const { kvHeads, headSize } = this.#config;
    this.#declarePast(layer);
    this.#returnRows(layer, k, v);
    const rows = (x: Value) => g.transpose(g.reshape(x, g.ints([0, -1, kvHeads, headSize])), 0, 2, 1, 3);
    return this.#oneQuery(layer, q, rows(k), rows(v));
  }

  get #pastShape() {
    const { kvHeads, headSize } = this.#config;
    return ['B', kvHeads, 'S', headSize];
  }

  #past(layer: number): [Value, Value] {
    return [`k.${layer}`, `v.${layer}`];
  }

  #declarePast(layer: number): [Value, Value] {
    for (const name of this.#past(layer)) this.#g.input(name, 'float', this.#pastShape);
    return this.#past(layer);
  }

  #returnRows(layer: number, k: Value, v: Value): void {
    const shape = ['B', 'T', this.#config.kvHeads * this.#config.headSize];
    this.#g.output(`k_new.${layer}`, k, 'float', shape);
    this.#g.output(`v_new.${layer}`, v, 'float', shape);
  }

  #fused(layer: number, inputs: readonly Value[], present: readonly Value[]): Value {
    const { heads, kvHeads, windows } = this.#config;
    const window = windows[layer]!;
    return this.#g.nodes(
      'GroupQueryAttention',
      [...inputs, ...this.#lengths],
      [this.#g.fresh('attended'), ...present],
      {
        num_heads: heads,
        kv_num_heads: kvHeads,
        do_rotary: 0,
        ...(window !== null && { local_window_size: window }),
      },
      'com.microsoft',
    )[0] as Value;
  }

  /**
   * The query of the last of T tokens, which sees all of them that are in its window; G = heads / kv query heads share a key head:
   *
   *     q [B, kv, G, hd] ─┬─ ·k.lᵀ/√hd [B, kv, G, S] ─┐                                  ┌─ ·v.l ─┐
   *                       └─ ·kᵀ/√hd   [B, kv, G, T] ─┴─ Concat ─ +mask ─ softmax ─ Split ┴─ ·v ───┴─ + ─ attended
   *
   * @param q [B, 1, heads·hd]
   * @param k, v [B, kv, T, hd]
   */
  #oneQuery(layer: number, q: Value, k: Value, v: Value): Value {
    const g = this.#g;
    const { heads, kvHeads, headSize, windows } = this.#config;
    const [pastK, pastV] = this.#past(layer);
    const queries = g.reshape(q, g.ints([-1, kvHeads, heads / kvHeads, headSize]));
    const scaled = { transB: 1, alpha: { float: 1 / Math.sqrt(headSize) } };
    const old = g.ms('FusedMatMul', [queries, pastK], scaled);
    const own = g.ms('FusedMatMul', [queries, k], scaled);
    const scores = g.add(g.node('Concat', [old, own], { axis: -1 }), maskInput(windows[layer]!));
    const weights = g.node('Softmax', [scores], { axis: -1 });
    const parts = [g.fresh('old'), g.fresh('own')];
    const [oldWeights, ownWeights] = g.nodes('Split', [weights, sizes], parts, { axis: -1 }) as [Value, Value];
    const sum = g.add(g.matmul(oldWeights, pastV), g.matmul(ownWeights, v));
    return g.reshape(sum, g.ints([-1, 1, heads * headSize]));
  }
}
