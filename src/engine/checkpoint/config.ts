import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../shared/errors/thrown.ts';
import { readRegularText } from '../../shared/regular-file.ts';
import type { CheckpointArchitecture, Dimensions } from './architecture.ts';
import { badConfig } from './config-errors.ts';
import { readRope } from './config-rope.ts';
import { fileUnreadable } from './errors.ts';
import type { ModelConfig } from './model-config.ts';
import { requireModelDirectory } from './model-directory.ts';
import { RawConfig } from './raw-config.ts';

/** Bounds keep a hostile file from asking for absurd tables; real models are far below them. */
const size = z
  .int()
  .positive()
  .max(2 ** 31);
const layerCount = z.int().positive().max(4096);

const nameFields = { architectures: z.array(z.string()).nullish(), model_type: z.string().nullish() };

const sizeFields = {
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  vocab_size: size,
  max_position_embeddings: size.nullish(),
  rms_norm_eps: z.number().positive().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
};

const commonFeatures = {
  hidden_act: z.string().nullish(),
  quantization_config: z.looseObject({ quant_method: z.string().nullish() }).nullish(),
  num_experts: z.number().nullish(),
  num_local_experts: z.number().nullish(),
  n_routed_experts: z.number().nullish(),
};

const defaultNormEps = 1e-6;

/**
 * Reads config.json as written by transformers 4 (`rope_theta`, `rope_scaling`) or 5 (`rope_parameters`).
 * Sizes (hidden, intermediate, layers, heads, vocabulary) must be given; other fields default as in transformers.
 * @throws RetuneError `checkpoint.no-directory`, `.not-a-directory`, `.not-a-model`, `.bad-config`, `.unsupported-model`
 */
export async function readModelConfig(
  directory: string,
  architectures: readonly CheckpointArchitecture[],
): Promise<ModelConfig> {
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
    throw badConfig(path, [`It is not JSON (${messageOf(cause)})`]);
  }
  return parseModelConfig(path, json, architectures);
}

/**
 * @param path of config.json, for messages only
 * @throws RetuneError `checkpoint.bad-config`, `checkpoint.unsupported-model`
 */
export function parseModelConfig(
  path: string,
  json: unknown,
  architectures: readonly CheckpointArchitecture[],
): ModelConfig {
  const families = architectures.flatMap((architecture) => architecture.families);
  const config = new RawConfig(path, json, families);
  // The architecture comes first: an unsupported model should be named as such, not blamed for a field it lacks.
  const architecture = chooseArchitecture(config, architectures);
  const fields = config.fields(sizeFields);
  refuseUnsupported(config);
  const dimensions = readDimensions(config, fields, architecture);
  const maxPositions = fields.max_position_embeddings ?? architecture.defaults.maxPositions;
  const layers = architecture.layers(config, dimensions);
  return {
    architecture: architecture.name,
    ...dimensions,
    vocabSize: fields.vocab_size,
    rmsNormEps: fields.rms_norm_eps ?? defaultNormEps,
    ...readRope(config, maxPositions),
    tiedEmbeddings: fields.tie_word_embeddings ?? false,
    ...layers,
    // No two tokens are further apart than the context is long, so that such a window hides nothing.
    windows: layers.windows.map((window) => (window !== null && window < maxPositions ? window : null)),
    maxPositions,
  };
}

function chooseArchitecture(
  config: RawConfig,
  architectures: readonly CheckpointArchitecture[],
): CheckpointArchitecture {
  const { architectures: names, model_type: type } = readNames(config);
  const named = names?.[0];
  const found = architectures.find(({ name, modelTypes }) =>
    named === undefined ? type && modelTypes.includes(type) : name === named,
  );
  if (found !== undefined) return found;
  if (!named && !type) throw config.bad('It names neither "architectures" nor "model_type"');
  const supported = `the architectures ${architectures.map(({ name }) => name).join(', ')}`;
  throw config.unsupported(named ? `the architecture ${named}` : `the model type ${type}`, supported);
}

function readNames(config: RawConfig) {
  try {
    return config.fields(nameFields);
  } catch {
    throw config.bad('It is not an object with "architectures" (a list of names) or "model_type" (a name)');
  }
}

function readDimensions(
  config: RawConfig,
  fields: z.infer<z.ZodObject<typeof sizeFields>>,
  { defaults }: CheckpointArchitecture,
): Dimensions {
  const { hidden_size: hiddenSize, num_attention_heads: heads, num_key_value_heads: givenKvHeads } = fields;
  // transformers takes an absent field as the class's default, but an explicit null as "one per query head".
  const kvHeads = (givenKvHeads === undefined ? defaults.kvHeads : givenKvHeads) ?? heads;
  const headSize = fields.head_dim ?? defaults.headSize ?? hiddenSize / heads;
  const problems: string[] = [];
  if (!Number.isInteger(headSize)) {
    problems.push(`hidden_size ${hiddenSize} is not a multiple of num_attention_heads ${heads}`);
  } else if (headSize % 2 !== 0) problems.push(`head_dim ${headSize} is odd, but rotary positions need pairs`);
  if (heads % kvHeads !== 0) {
    problems.push(`num_attention_heads ${heads} is not a multiple of num_key_value_heads ${kvHeads}`);
  }
  if (problems.length > 0) throw config.bad(...problems);
  const { intermediate_size: intermediateSize, num_hidden_layers: layers } = fields;
  return { hiddenSize, intermediateSize, layers, heads, kvHeads, headSize };
}

/** What no architecture supports. */
function refuseUnsupported(config: RawConfig): void {
  const fields = config.fields(commonFeatures);
  const activation = fields.hidden_act ?? 'silu';
  // transformers has two names for x·sigmoid(x).
  if (activation !== 'silu' && activation !== 'swish') {
    throw config.unsupported(`the activation ${activation}`, 'the activation silu');
  }
  if (fields.quantization_config) {
    const method = fields.quantization_config.quant_method ?? 'unknown method';
    throw config.unsupported(
      `a quantization_config (${method})`,
      'float32, float16 and bfloat16 weights, which are quantised here when int8 or int4 is asked for',
    );
  }
  const experts = fields.num_experts ?? fields.num_local_experts ?? fields.n_routed_experts ?? 0;
  if (experts > 0) throw config.unsupported(`${experts} experts (mixture of experts)`, 'dense models');
}
