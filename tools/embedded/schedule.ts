/** Warm-up, stable, decay: unlike a cosine it has no end until the decay begins, so a run can go on for as long as there is time. */
export interface Schedule {
  readonly peak: number;
  readonly warmupSteps: number;
  /** The share of the run that decays. */
  readonly decayShare: number;
}

/**
 * @param step from 0
 * @param progress how much of the run is over, 0 to 1, in whatever limits it (tokens or minutes)
 */
export function learningRate({ peak, warmupSteps, decayShare }: Schedule, step: number, progress: number): number {
  const warm = Math.min(1, (step + 1) / warmupSteps);
  // Straight down to nothing: better than a cosine for a short decay (arXiv 2405.18392), and simpler.
  const left = Math.min(1, Math.max(0, 1 - progress) / decayShare);
  return peak * warm * left;
}
