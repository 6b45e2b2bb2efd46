import { mulberry32 } from '../shared/random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of the standard normal distribution, for 95 %. */
const z = 1.959963984540054;

/**
 * Wilson's 95 % interval of a proportion (E. B. Wilson, 1927): unlike the usual one it stays within [0, 1] and does not
 * shrink to a point at 0 and 1.
 * @param of above 0; nothing is known about 0 observations
 */
export function wilson(successes: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const p = successes / of;
  const scale = 1 + z ** 2 / of;
  const centre = (p + z ** 2 / (2 * of)) / scale;
  const half = (z * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2))) / scale;
  // At the ends the two terms are equal except for rounding.
  return { low: successes === 0 ? 0 : centre - half, high: successes === of ? 1 : centre + half };
}

const bootstrapSamples = 2000;

/**
 * Percentile bootstrap of the mean, 95 %, over clusters that are drawn with all their values: runs of one task with several
 * seeds are alike, and therefore not independent observations.
 * @param clusters values by cluster; all values have the same weight
 */
export function clusterBootstrap(
  clusters: readonly (readonly number[])[],
  seed = 1,
): Interval & { readonly mean: number } {
  const filled = clusters.filter((values) => values.length > 0);
  const sums = filled.map((values) => values.reduce((sum, value) => sum + value, 0));
  const counts = filled.map((values) => values.length);
  const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);
  const mean = filled.length === 0 ? 0 : total(sums) / total(counts);
  if (filled.length < 2) return { mean, low: mean, high: mean };
  const random = mulberry32(seed);
  const means = Array.from({ length: bootstrapSamples }, () => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < filled.length; i++) {
      const drawn = Math.floor(random() * filled.length);
      sum += sums[drawn]!;
      count += counts[drawn]!;
    }
    return sum / count;
  }).sort((a, b) => a - b);
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Linear between neighbours. @param sorted ascending, not empty */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (at - below);
}
