import { join } from 'node:path';
import { z } from 'zod';
import { readRegularText } from '../../shared/regular-file.ts';
import { badConfig, unsupportedModel } from './config-errors.ts';
import { readRope, ropeFields } from './config-rope.ts';
import { fileUnreadable } from './errors.ts';
import { type Architecture, architectures, type ModelConfig } from './model-config.ts';
import { requireModelDirectory } from './model-directory.ts';

/** Bounds keep a hostile file from asking for absurd tables; real models are far below them. */
const size = z
  .int()
  .positive()
  .max(2 ** 31);
const layerCount = z.int().positive().max(4096);
const flag = z.boolean().nullish();

const configFile = z.object({
  architectures: z.array(z.string()).nullish(),
  model_type: z.string().nullish(),
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  vocab_size: size,
  max_position_embeddings: size.nullish(),
  rms_norm_eps: z.number().positive().nullish(),
  tie_word_embeddings: flag,
  attention_bias: flag,
  mlp_bias: flag,
  hidden_act: z.string().nullish(),
  use_sliding_window: flag,
  sliding_window: z.number().nullish(),
  max_window_layers: z.number().nullish(),
  layer_types: z.array(z.string()).nullish(),
  quantization_config: z.looseObject({ quant_method: z.string().nullish() }).nullish(),
  num_experts: z.number().nullish(),
  num_local_experts: z.number().nullish(),
  n_routed_experts: z.number().nullish(),
  ...ropeFields,
});
type ConfigFile = z.infer<typeof configFile>;

/** transformers' class defaults for fields that config.json may leave out. */
const defaults: Readonly<
  Record<Architecture, { maxPositions: number; kvHeads: number | null; headSize: number | null }>
> = {
  Qwen2ForCausalLM: { maxPositions: 32768, kvHeads: 32, headSize: null },
  Qwen3ForCausalLM: { maxPositions: 32768, kvHeads: 32, headSize: 128 },
  LlamaForCausalLM: { maxPositions: 2048, kvHeads: null, headSize: null },
};
const defaultNormEps = 1e-6;

/** AutoModelForCausalLM's choice when `architectures` is absent. */
const modelTypes: Readonly<Record<string, Architecture>> = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  llama: 'LlamaForCausalLM',
};

/**
 * Reads config.json as written by transformers 4 (`rope_theta`, `rope_scaling`) or 5 (`rope_parameters`).
 * Sizes (hidden, intermediate, layers, heads, vocabulary) must be given; other fields default as in transformers.
 * @throws RetuneError `checkpoint.no-directory`, `.not-a-directory`, `.not-a-model`, `.bad-config`, `.unsupported-model`
 */
export async function readModelConfig(directory: string): Promise<ModelConfig> {
  await requireModelDirectory(directory);
  const path = join(directory, 'config.json');
  let text: string;
  try {
    text = await readRegularText(path);
  } catch (cause) {
    throw fileUnreadable(path, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badConfig(path, [`It is not JSON (${cause instanceof Error ? cause.message : String(cause)})`]);
  }
  return parseModelConfig(path, json);
}

/** @param path of config.json, for messages only */
export function parseModelConfig(path: string, json: unknown): ModelConfig {
  // The architecture comes first: an unsupported model should be named as such, not blamed for a field it lacks.
  const architecture = chooseArchitecture(path, json);
  const parsed = configFile.safeParse(json);
  if (!parsed.success) {
    throw badConfig(
      path,
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    );
  }
  const file = parsed.data;
  refuseUnsupported(path, architecture, file);

  const heads = file.num_attention_heads;
  const { num_key_value_heads: givenKvHeads } = file;
  // transformers takes an absent field as the class's default, but an explicit null as "one per query head".
  const kvHeads = (givenKvHeads === undefined ? defaults[architecture].kvHeads : givenKvHeads) ?? heads;
  const headSize = file.head_dim ?? defaults[architecture].headSize ?? file.hidden_size / heads;
  const problems: string[] = [];
  if (!Number.isInteger(headSize)) {
    problems.push(`hidden_size ${file.hidden_size} is not a multiple of num_attention_heads ${heads}`);
  } else if (headSize % 2 !== 0) problems.push(`head_dim ${headSize} is odd, but rotary positions need pairs`);
  if (heads % kvHeads !== 0) {
    problems.push(`num_attention_heads ${heads} is not a multiple of num_key_value_heads ${kvHeads}`);
  }
  if (problems.length > 0) throw badConfig(path, problems);

  const maxPositions = file.max_position_embeddings ?? defaults[architecture].maxPositions;
  const isLlama = architecture === 'LlamaForCausalLM';
  const attentionBias = architecture !== 'Qwen2ForCausalLM' && file.attention_bias === true;
  return {
    architecture,
    hiddenSize: file.hidden_size,
    intermediateSize: file.intermediate_size,
    layers: file.num_hidden_layers,
    heads,
    kvHeads,
    headSize,
    vocabSize: file.vocab_size,
    rmsNormEps: file.rms_norm_eps ?? defaultNormEps,
    ...readRope(path, file, maxPositions),
    tiedEmbeddings: file.tie_word_embeddings ?? false,
    qkvBias: architecture === 'Qwen2ForCausalLM' || attentionBias,
    outputBias: attentionBias,
    mlpBias: isLlama && file.mlp_bias === true,
    qkNorm: architecture === 'Qwen3ForCausalLM',
    maxPositions,
  };
}

function chooseArchitecture(path: string, json: unknown): Architecture {
  const named = z
    .object({ architectures: z.array(z.string()).nullish(), model_type: z.string().nullish() })
    .safeParse(json);
  if (!named.success) {
    throw badConfig(path, ['It is not an object with "architectures" (a list of names) or "model_type" (a name)']);
  }
  const { architectures: names, model_type: type } = named.data;
  const found = names?.[0] ?? (type ? modelTypes[type] : undefined);
  const known = architectures.find((architecture) => architecture === found);
  if (known) return known;
  if (!found && !type) throw badConfig(path, ['It names neither "architectures" nor "model_type"']);
  throw unsupportedModel(
    path,
    found ? `the architecture ${found}` : `the model type ${type}`,
    `the architectures ${architectures.join(', ')}`,
  );
}

function refuseUnsupported(path: string, architecture: Architecture, file: ConfigFile): void {
  const activation = file.hidden_act ?? 'silu';
  // transformers has two names for x·sigmoid(x).
  if (activation !== 'silu' && activation !== 'swish') {
    throw unsupportedModel(path, `the activation ${activation}`, 'the activation silu');
  }
  if (file.quantization_config) {
    const method = file.quantization_config.quant_method ?? 'unknown method';
    throw unsupportedModel(
      path,
      `a quantization_config (${method})`,
      'float32, float16 and bfloat16 weights, which are quantised here when int8 or int4 is asked for',
    );
  }
  const experts = file.num_experts ?? file.num_local_experts ?? file.n_routed_experts ?? 0;
  if (experts > 0) throw unsupportedModel(path, `${experts} experts (mixture of experts)`, 'dense models');
  const sliding = slidingLayers(architecture, file);
  if (sliding !== undefined) throw unsupportedModel(path, sliding, 'full attention in every layer');
}

/** Describes what is not full attention, if anything; Llama never slides, Qwen does from `max_window_layers` on. */
function slidingLayers(architecture: Architecture, file: ConfigFile): string | undefined {
  const other = file.layer_types?.find((type) => type !== 'full_attention');
  if (other !== undefined) return `layers of the type ${other}`;
  if (architecture === 'LlamaForCausalLM' || file.layer_types) return undefined;
  const slides = file.use_sliding_window === true && file.sliding_window !== null;
  return slides && (file.max_window_layers ?? 28) < file.num_hidden_layers
    ? `sliding window attention in layers from ${file.max_window_layers ?? 28} on`
    : undefined;
}
