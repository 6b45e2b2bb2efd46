/**
 * Warm-up, stable, decay: unlike a cosine it has no fixed end until the decay begins, so a run can last as long as there is
 * time.
 */
export interface Schedule {
  readonly peak: number;
  readonly warmupSteps: number;
  /** The share of the steps before `again` in which the rate decays. */
  readonly decayShare: number;
  /**
   * After the decay, for the last `share` of the run, once more from `peak` (relative to the first) linearly down to zero: a
   * model that has settled learns more from the same examples than one that continues at the first rate for as long.
   */
  readonly again?: { readonly share: number; readonly peak: number };
}

/**
 * @param step from 0
 * @param progress completed share of the run, 0 to 1, by whatever limits it (tokens or minutes)
 */
export function learningRate(
  { peak, warmupSteps, decayShare, again }: Schedule,
  step: number,
  progress: number,
): number {
  const second = again?.share ?? 0;
  if (again !== undefined && progress >= 1 - second) return (again.peak * peak * Math.max(0, 1 - progress)) / second;
  const warm = Math.min(1, (step + 1) / warmupSteps);
  // Linearly down to zero: better than a cosine for a short decay (arXiv 2405.18392), and simpler.
  const left = Math.min(1, Math.max(0, 1 - progress / (1 - second)) / decayShare);
  return peak * warm * left;
}
