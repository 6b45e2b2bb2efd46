/** Middle value; the mean of the two middle ones for an even count. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export type Better = 'higher' | 'lower';

/** How many times better ours is: above 1 is better, whichever direction the unit has. */
function advantage(ours: number, theirs: number, better: Better): number {
  return better === 'higher' ? ours / theirs : theirs / ours;
}

/**
 * Median of the ratios of neighbouring measurements (A B A B …). Load from other programs that comes and goes slower than
 * one pair hits both sides of a pair, so it cancels here but would not in a ratio of medians.
 */
export function pairedAdvantage(ours: readonly number[], theirs: readonly number[], better: Better): number {
  const pairs = Math.min(ours.length, theirs.length);
  return median(Array.from({ length: pairs }, (_, i) => advantage(ours[i] as number, theirs[i] as number, better)));
}
