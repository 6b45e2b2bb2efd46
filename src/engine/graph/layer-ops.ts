import type { Value } from './builder.ts';

/**
 * The operations that decoder layers are written in. One description of each architecture serves two emitters:
 * `decode-graph.ts` (fused operators, KV cache) and `training-graph.ts` (a tape that can be differentiated).
 * Names of weights and modules are relative to the layer, as in the checkpoint. Shapes: x [·, H], with · = [B, T] or [N].
 */
export interface LayerOps {
  add(a: Value, b: Value): Value;
  /** RMS norm over H. */
  norm(x: Value, weight: string): Value;
  /** RMS norm over each head of a [·, heads·hd] value. */
  headNorm(x: Value, weight: string, heads: number): Value;
  /** x·Wᵀ (+ bias when the checkpoint has one) (+ LoRA when the module is adapted). */
  linear(x: Value, module: string): Value;
  /** The same for linears that read one input; an emitter may fuse them. */
  linears<const T extends readonly string[]>(x: Value, modules: T): { [K in keyof T]: Value };
  rotary(x: Value, heads: number): Value;
  /** Causal grouped-query attention. */
  attention(q: Value, k: Value, v: Value): Value;
  /** silu(gate)·up */
  gatedSilu(gate: Value, up: Value): Value;
}

/** Emits one decoder layer: x [·, H] → [·, H]. `heads`: numbers of query heads and of key/value heads. */
export type DecoderLayer = (ops: LayerOps, x: Value, heads: { readonly query: number; readonly key: number }) => Value;
