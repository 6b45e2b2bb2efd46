import { z } from 'zod';
import type { RopeScaling } from './model-config.ts';
import type { RawConfig } from './raw-config.ts';

/** The rotary part of config.json, in both layouts of transformers (modeling_rope_utils.py, `standardize_rope_params`). */

const positive = z.number().positive();

const ropeParameters = z.looseObject({
  rope_type: z.string().nullish(),
  /** Name of `rope_type` before transformers 4.43. */
  type: z.string().nullish(),
  rope_theta: positive.nullish(),
  factor: positive.nullish(),
  low_freq_factor: positive.nullish(),
  high_freq_factor: positive.nullish(),
  original_max_position_embeddings: positive.nullish(),
  beta_fast: z.number().nonnegative().nullish(),
  beta_slow: z.number().nonnegative().nullish(),
  attention_factor: z.number().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
  partial_rotary_factor: z.number().nullish(),
});
type RopeParameters = z.infer<typeof ropeParameters>;

const ropeFields = {
  rope_theta: positive.nullish(),
  rope_scaling: ropeParameters.nullish(),
  rope_parameters: ropeParameters.nullish(),
  partial_rotary_factor: z.number().nullish(),
  original_max_position_embeddings: positive.nullish(),
};

const defaultTheta = 10_000;
const supported = 'the rope types default, linear, llama3 and yarn';

/**
 * @param maxPositions what the scaled types take for the original context when none is given
 * @throws RetuneError `checkpoint.bad-config`, `checkpoint.unsupported-model`
 */
export function readRope(
  config: RawConfig,
  maxPositions: number,
): { readonly ropeTheta: number; readonly ropeScaling: RopeScaling | null } {
  const file = config.fields(ropeFields);
  const parameters: RopeParameters = isGiven(file.rope_scaling) ? file.rope_scaling : (file.rope_parameters ?? {});
  const nested = Object.entries(parameters).find(([, value]) => typeof value === 'object' && value !== null);
  // Only lists (longrope's factors) and one dictionary per layer type are objects.
  if (nested && !Array.isArray(nested[1])) {
    throw config.unsupported(`rotary parameters of its own for ${nested[0]}`, 'one set for all layers');
  }
  const partial = parameters.partial_rotary_factor ?? file.partial_rotary_factor ?? 1;
  if (partial !== 1) {
    throw config.unsupported(`a partial_rotary_factor of ${partial}`, 'rotation of whole heads (1.0)');
  }
  return {
    ropeTheta: parameters.rope_theta ?? file.rope_theta ?? defaultTheta,
    ropeScaling: readScaling(config, parameters, file.original_max_position_embeddings, maxPositions),
  };
}

function readScaling(
  config: RawConfig,
  parameters: RopeParameters,
  outerOriginal: number | null | undefined,
  maxPositions: number,
): RopeScaling | null {
  const type = parameters.rope_type ?? parameters.type ?? 'default';
  const originalMaxPositions = outerOriginal ?? parameters.original_max_position_embeddings ?? maxPositions;
  const required = (field: 'factor' | 'low_freq_factor' | 'high_freq_factor'): number => {
    const value = parameters[field];
    if (value === undefined || value === null) {
      throw config.bad(`The rope type ${type} needs the parameter ${field}, which is missing`);
    }
    return value;
  };
  switch (type) {
    case 'default':
      return null;
    case 'linear':
      return { type, factor: required('factor') };
    case 'llama3': {
      const scaling: RopeScaling = {
        type,
        factor: required('factor'),
        lowFreqFactor: required('low_freq_factor'),
        highFreqFactor: required('high_freq_factor'),
        originalMaxPositions,
      };
      if (scaling.highFreqFactor <= scaling.lowFreqFactor) {
        throw config.bad(
          `high_freq_factor ${scaling.highFreqFactor} must be above low_freq_factor ${scaling.lowFreqFactor}`,
        );
      }
      return scaling;
    }
    case 'yarn':
      return {
        type,
        // An explicit null means the ratio of the two context lengths.
        factor: parameters.factor === null ? maxPositions / originalMaxPositions : required('factor'),
        originalMaxPositions,
        betaFast: parameters.beta_fast || 32,
        betaSlow: parameters.beta_slow || 1,
        ...optional('attentionFactor', parameters.attention_factor),
        ...optional('mscale', parameters.mscale),
        ...optional('mscaleAllDim', parameters.mscale_all_dim),
        truncate: parameters.truncate ?? true,
      };
    default:
      throw config.unsupported(`the rope type ${type}`, supported);
  }
}

/** transformers lets a non-empty `rope_scaling` win over `rope_parameters`. */
function isGiven(parameters: RopeParameters | null | undefined): parameters is RopeParameters {
  return parameters !== null && parameters !== undefined && Object.keys(parameters).length > 0;
}

function optional<K extends string>(key: K, value: number | null | undefined): { [P in K]?: number } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]: number });
}
