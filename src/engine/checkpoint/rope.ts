import type { ModelConfig, RopeScaling } from './model-config.ts';

/**
 * Rotary position frequencies as transformers computes them (modeling_rope_utils.py), including its rounding to fp32 at
 * every step: at position 30000 one unit in the last place of a frequency moves an angle by 1e-3, so more precision would be less equal.
 */

export type RopeConfig = Pick<ModelConfig, 'headSize' | 'ropeTheta' | 'ropeScaling'>;

const f32 = Math.fround;

/**
 * @returns `inverse` [headSize/2]: angle per position of each pair (fp32 values);
 *          `attentionFactor`: what cos and sin are multiplied with (1 but for yarn)
 */
export function ropeFrequencies(config: RopeConfig): { inverse: Float64Array; attentionFactor: number } {
  const { headSize, ropeTheta, ropeScaling } = config;
  const periods = Float64Array.from({ length: headSize / 2 }, (_, pair) =>
    f32(ropeTheta ** f32((2 * pair) / headSize)),
  );
  const plain = periods.map((period) => f32(1 / period));
  switch (ropeScaling?.type) {
    case undefined:
      return { inverse: plain, attentionFactor: 1 };
    case 'linear':
      return { inverse: plain.map((frequency) => f32(frequency / ropeScaling.factor)), attentionFactor: 1 };
    case 'factors':
      return {
        inverse: plain.map((frequency, pair) => f32(frequency / ropeScaling.factors[pair]!)),
        attentionFactor: 1,
      };
    case 'llama3':
      return { inverse: plain.map((frequency) => llama3(frequency, ropeScaling)), attentionFactor: 1 };
    case 'yarn':
      return { inverse: yarn(periods, plain, config, ropeScaling), attentionFactor: yarnAttention(ropeScaling) };
  }
}

/**
 * cos and sin of position · frequency, row-major fp32 [positions, headSize/2], attention factor multiplied in.
 * @param positions rows: 0, 1, …, positions − 1
 */
export function rotaryTables(config: RopeConfig, positions: number): { cos: Float32Array; sin: Float32Array } {
  const { inverse, attentionFactor } = ropeFrequencies(config);
  const pairs = inverse.length;
  const cos = new Float32Array(positions * pairs);
  const sin = new Float32Array(positions * pairs);
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < pairs; pair++) {
      const angle = f32(position * inverse[pair]!);
      cos[position * pairs + pair] = f32(Math.cos(angle)) * attentionFactor;
      sin[position * pairs + pair] = f32(Math.sin(angle)) * attentionFactor;
    }
  }
  return { cos, sin };
}

/** Long wavelengths are stretched by `factor`, short ones kept, those between blended. */
function llama3(frequency: number, scaling: RopeScaling & { type: 'llama3' }): number {
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositions } = scaling;
  const wavelength = f32((2 * Math.PI) / frequency);
  if (wavelength > originalMaxPositions / lowFreqFactor) return f32(frequency / factor);
  if (wavelength < originalMaxPositions / highFreqFactor) return frequency;
  const smooth = f32(f32(f32(originalMaxPositions / wavelength) - lowFreqFactor) / (highFreqFactor - lowFreqFactor));
  return f32(f32(f32(f32(1 - smooth) * frequency) / factor) + f32(smooth * frequency));
}

/** YaRN (arXiv 2309.00071): pairs that turn often within the original context are kept, the others interpolated. */
function yarn(
  periods: Float64Array,
  plain: Float64Array,
  { headSize, ropeTheta }: RopeConfig,
  scaling: RopeScaling & { type: 'yarn' },
): Float64Array {
  const { factor, originalMaxPositions, betaFast, betaSlow, truncate } = scaling;
  /** The (fractional) dimension that makes `rotations` turns within the original context. */
  const dimensionOf = (rotations: number) =>
    (headSize * Math.log(originalMaxPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(ropeTheta));
  const fast = dimensionOf(betaFast);
  const slow = dimensionOf(betaSlow);
  const low = Math.max(truncate ? Math.floor(fast) : fast, 0);
  let high = Math.min(truncate ? Math.ceil(slow) : slow, headSize - 1);
  if (high === low) high += 0.001;
  return periods.map((period, pair) => {
    const ramp = Math.min(Math.max(f32(f32(pair - f32(low)) / f32(high - low)), 0), 1);
    const extrapolated = f32(1 - ramp);
    const interpolation = f32(1 / f32(factor * period));
    return f32(f32(interpolation * f32(1 - extrapolated)) + f32(plain[pair]! * extrapolated));
  });
}

function yarnAttention({ factor, attentionFactor, mscale, mscaleAllDim }: RopeScaling & { type: 'yarn' }): number {
  if (attentionFactor !== undefined) return attentionFactor;
  const scale = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return mscale && mscaleAllDim ? scale(mscale) / scale(mscaleAllDim) : scale(1);
}
