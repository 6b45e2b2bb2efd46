import type { ArchitectureDescription } from '../graph/layer-ops.ts';

/** Llama 3.x and its distillates: grouped-query attention with rotary positions, gated SiLU, pre-norm. */
export const llama: ArchitectureDescription = {
  architecture: 'LlamaForCausalLM',
  layer(ops, x, heads) {
    const [q, k, v] = ops.linears(ops.norm(x, 'input_layernorm'), ['q_proj', 'k_proj', 'v_proj']);
    const attended = ops.attention(ops.rotary(q, heads.query), ops.rotary(k, heads.key), v);
    const middle = ops.add(x, ops.linear(attended, 'o_proj'));
    const [gate, up] = ops.linears(ops.norm(middle, 'post_attention_layernorm'), ['gate_proj', 'up_proj']);
    return ops.add(middle, ops.linear(ops.gatedSilu(gate, up), 'down_proj'));
  },
};
