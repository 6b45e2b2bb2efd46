import type { Architecture } from '../checkpoint/model-config.ts';
import type { Value } from './builder.ts';
import type { LoraTarget } from './lora.ts';

/**
 * The operations that decoder layers are written in. One description of each architecture serves two emitters:
 * `graph/decode-graph.ts` (fused operators, KV cache) and `graph/training-graph.ts` (a tape that can be differentiated).
 * Weight names are relative to the layer, as in the checkpoint. Shapes: x [·, H], with · = [B, T] or [N].
 */
export interface LayerOps {
  add(a: Value, b: Value): Value;
  /** RMS norm over H. */
  norm(x: Value, weight: string): Value;
  /** RMS norm over each head of a [·, heads·hd] value. */
  headNorm(x: Value, weight: string, heads: number): Value;
  /** x·Wᵀ (+ bias when the checkpoint has one) (+ LoRA). */
  linear(x: Value, target: LoraTarget): Value;
  /** The same for linears that read one input; an emitter may fuse them. */
  linears<const T extends readonly LoraTarget[]>(x: Value, targets: T): { [K in keyof T]: Value };
  rotary(x: Value, heads: number): Value;
  /** Causal grouped-query attention. */
  attention(q: Value, k: Value, v: Value): Value;
  /** silu(gate)·up */
  gatedSilu(gate: Value, up: Value): Value;
}

export interface ArchitectureDescription {
  readonly architecture: Architecture;
  layer(ops: LayerOps, x: Value, heads: { readonly query: number; readonly key: number }): Value;
}

/** `self_attn.q_proj`, `mlp.gate_proj`, … */
export function modulePath(target: LoraTarget): string {
  const inAttention = target === 'q_proj' || target === 'k_proj' || target === 'v_proj' || target === 'o_proj';
  return `${inAttention ? 'self_attn' : 'mlp'}.${target}`;
}
