import { embeddingName, finalNormName, headName } from '../checkpoint/expected-tensors.ts';

/** llama.cpp's names of tensors and Hugging Face's. */

const whole: Readonly<Record<string, string>> = {
  'token_embd.weight': embeddingName,
  'output_norm.weight': finalNormName,
  'output.weight': headName,
};

/** Within a layer. */
const modules: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** Undefined for a tensor that no supported architecture has. */
export function huggingFaceName(name: string): string | undefined {
  if (Object.hasOwn(whole, name)) return whole[name];
  const [, layer, module, kind] = /^blk\.(\d{1,4})\.([a-z_]+)\.(weight|bias)$/.exec(name) ?? [];
  if (module === undefined || !Object.hasOwn(modules, module)) return undefined;
  return `model.layers.${layer}.${modules[module]}.${kind}`;
}

/**
 * llama.cpp's name of a tensor.
 * @throws Error when there is none
 */
export function ggufName(name: string): string {
  const found = Object.entries(whole).find(([, own]) => own === name);
  if (found !== undefined) return found[0];
  const [, layer, path, kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  const module = Object.entries(modules).find(([, own]) => own === path);
  if (module === undefined) throw new Error(`GGUF has no name for the tensor ${name}.`);
  return `blk.${layer}.${module[0]}.${kind}`;
}
