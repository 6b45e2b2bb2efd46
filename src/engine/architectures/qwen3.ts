import type { ArchitectureDescription } from '../graph/layer-ops.ts';

/** Qwen3: every query and key head is RMS-normalised before rotary; heads need not add up to H. */
export const qwen3: ArchitectureDescription = {
  architecture: 'Qwen3ForCausalLM',
  layer(ops, x, heads) {
    const [q, k, v] = ops.linears(ops.norm(x, 'input_layernorm'), ['q_proj', 'k_proj', 'v_proj']);
    const attended = ops.attention(
      ops.rotary(ops.headNorm(q, 'self_attn.q_norm', heads.query), heads.query),
      ops.rotary(ops.headNorm(k, 'self_attn.k_norm', heads.key), heads.key),
      v,
    );
    const middle = ops.add(x, ops.linear(attended, 'o_proj'));
    const [gate, up] = ops.linears(ops.norm(middle, 'post_attention_layernorm'), ['gate_proj', 'up_proj']);
    return ops.add(middle, ops.linear(ops.gatedSilu(gate, up), 'down_proj'));
  },
};
