import { ggufArchitecture } from './architectures.ts';
import type { GgufTensor } from './header.ts';
import type { Metadata } from './metadata.ts';

/** What a GGUF file says of a model, in the words of config.json, so that one reader checks both. */

/** An object as in config.json; the factors of `rope_freqs` have no counterpart there. */
export function configObject(metadata: Metadata, tensors: readonly GgufTensor[]): Record<string, unknown> {
  const own = (key: string) => `${metadata.text('general.architecture')}.${key}`;
  const size = (key: string) => metadata.size(own(key));
  const has = (name: string) => tensors.some((tensor) => tensor.name === name);
  return {
    hidden_size: size('embedding_length'),
    intermediate_size: size('feed_forward_length'),
    num_hidden_layers: size('block_count'),
    num_attention_heads: size('attention.head_count'),
    num_key_value_heads: size('attention.head_count_kv') ?? null,
    head_dim: headSize(metadata, own),
    vocab_size: tensors.find(({ name }) => name === 'token_embd.weight')?.shape[0],
    rms_norm_eps: metadata.number(own('attention.layer_norm_rms_epsilon')),
    tie_word_embeddings: !has('output.weight'),
    attention_bias: has('blk.0.attn_q.bias'),
    mlp_bias: has('blk.0.ffn_up.bias'),
    num_experts: size('expert_count'),
    rope_theta: metadata.number(own('rope.freq_base')),
    rope_scaling: ropeScaling(metadata, own),
    ...attentionFields(metadata, own),
  };
}

/** Mistral's models call themselves llama too. Of others a file does not say which layers slide, so they end at the window. */
function attentionFields(metadata: Metadata, own: OwnKey): Record<string, unknown> {
  const { modelType } = ggufArchitecture(metadata);
  const length = metadata.size(own('context_length'));
  const window = metadata.size(own('attention.sliding_window')) || undefined;
  if (window === undefined) return { model_type: modelType, max_position_embeddings: length };
  return modelType === 'llama'
    ? { model_type: 'mistral', max_position_embeddings: length, sliding_window: window }
    : { model_type: modelType, max_position_embeddings: Math.min(length ?? window, window) };
}

type OwnKey = (key: string) => string;

function headSize(metadata: Metadata, own: OwnKey): number | undefined {
  const heads = metadata.size(own('attention.head_count')) ?? Number.NaN;
  const size =
    metadata.size(own('attention.key_length')) ?? (metadata.size(own('embedding_length')) ?? Number.NaN) / heads;
  for (const key of ['attention.value_length', 'rope.dimension_count']) {
    const other = metadata.size(own(key));
    if (other !== undefined && other !== size)
      throw metadata.bad(own(key), `is ${other}, but heads have ${size} values`);
  }
  return Number.isNaN(size) ? undefined : size;
}

function ropeScaling(metadata: Metadata, own: OwnKey): Record<string, unknown> | null {
  const type = metadata.text(own('rope.scaling.type')) ?? 'none';
  if (type === 'none') return null;
  return {
    rope_type: type,
    factor: metadata.number(own('rope.scaling.factor')),
    original_max_position_embeddings: metadata.size(own('rope.scaling.original_context_length')),
    beta_fast: metadata.number(own('rope.scaling.yarn_beta_fast')),
    beta_slow: metadata.number(own('rope.scaling.yarn_beta_slow')),
  };
}
