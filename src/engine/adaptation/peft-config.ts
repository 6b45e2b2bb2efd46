import { z } from 'zod';
import { maxAdapterRank } from '../../policy/adapters.ts';
import type { LoraAdapter } from './adapter.ts';

/**
 * PEFT's `adapter_config.json` (peft 0.21, `LoraConfig`). Reading accepts every field it does not know as long as the known ones
 * that change the mathematics are off; writing gives what `save_pretrained` gives, without fields that only newer versions have.
 */

const off = z.union([z.null(), z.literal(false)]).optional();
const empty = z.union([z.null(), z.array(z.unknown()).max(0), z.object({}).strict()]).optional();

/** Every field that would make the adapter something else than one plain low-rank product per linear. */
const mustBeOff = {
  use_dora: off,
  use_qalora: off,
  use_bdlora: off,
  lora_bias: off,
  fan_in_fan_out: off,
  modules_to_save: empty,
  rank_pattern: empty,
  alpha_pattern: empty,
  layer_replication: empty,
  trainable_token_indices: empty,
  target_parameters: empty,
  alora_invocation_tokens: empty,
  megatron_config: empty,
  arrow_config: empty,
  kasa_config: empty,
  monteclora_config: empty,
  velora_config: empty,
  bias: z.union([z.null(), z.literal('none')]).optional(),
  // The others change the base weights when they are applied, so the difference alone is not the adapter.
  init_lora_weights: z.union([z.null(), z.boolean(), z.enum(['gaussian', 'orthogonal', 'eva'])]).optional(),
};

const required = {
  r: z.number().int().min(1).max(maxAdapterRank),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
};

interface PeftConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly rankStabilised: boolean;
}

export type ParsedConfig =
  | { readonly kind: 'lora'; readonly config: PeftConfig }
  /** `feature`: what was found, as `name = value`. */
  | { readonly kind: 'unsupported'; readonly feature: string }
  /** `problem`: one clause. */
  | { readonly kind: 'invalid'; readonly problem: string };

export function parsePeftConfig(json: unknown): ParsedConfig {
  const fields = z.record(z.string(), z.unknown()).safeParse(json);
  if (!fields.success) return { kind: 'invalid', problem: 'adapter_config.json is not a JSON object' };
  const { peft_type } = fields.data;
  if (peft_type === undefined) return { kind: 'invalid', problem: 'adapter_config.json has no peft_type' };
  const found = (name: string) => `${name} = ${JSON.stringify(fields.data[name])}`;
  if (peft_type !== 'LORA') return { kind: 'unsupported', feature: found('peft_type') };
  for (const [name, schema] of Object.entries(mustBeOff)) {
    if (!schema.safeParse(fields.data[name]).success) return { kind: 'unsupported', feature: found(name) };
  }
  const parsed = z.object(required).safeParse(fields.data);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    return { kind: 'invalid', problem: `adapter_config.json has no usable ${path.join('.')} (${message})` };
  }
  const { r, lora_alpha, use_rslora } = parsed.data;
  return { kind: 'lora', config: { rank: r, alpha: lora_alpha, rankStabilised: use_rslora ?? false } };
}

/** The text of `adapter_config.json`. `base`: what `from_pretrained` should open, a directory or a hub name. */
export function peftConfigText(adapter: LoraAdapter, base: string): string {
  const config = {
    alpha_pattern: {},
    auto_mapping: null,
    base_model_name_or_path: base,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    layer_replication: null,
    layers_pattern: null,
    layers_to_transform: null,
    loftq_config: {},
    lora_alpha: adapter.alpha,
    lora_dropout: 0.0,
    megatron_config: null,
    megatron_core: 'megatron.core',
    modules_to_save: null,
    peft_type: 'LORA',
    r: adapter.rank,
    rank_pattern: {},
    revision: null,
    target_modules: targetModules(adapter.layout),
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: adapter.rankStabilised,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** The last parts of the modules' names, which PEFT finds in every layer. */
function targetModules({ slots }: LoraAdapter['layout']): string[] {
  return [...new Set(slots.map(({ module }) => module.slice(module.lastIndexOf('.') + 1)))];
}
