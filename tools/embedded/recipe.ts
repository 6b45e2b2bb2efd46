import type { Schedule } from './schedule.ts';
import type { Shape } from './shape.ts';

/** Everything that decides what a training run computes, besides the examples. */
export interface Recipe {
  readonly seed: number;
  readonly shape: Shape;
  readonly vocabularySize: number;
  /** Examples that the tokenizer learns from. */
  readonly tokenizerExamples: number;
  readonly schedule: Schedule;
  /** Positions of one batch, padding included, and how many batches make a step. */
  readonly positions: number;
  readonly batchesPerStep: number;
  readonly window: number;
  readonly weightDecay: number;
  readonly clip: number;
  /** Prompts count this much in the first steps, so that the model soon learns to copy from them, then nothing. */
  readonly promptWeight: number;
  readonly promptSteps: number;
}

export const embeddedRecipe: Recipe = {
  seed: 1,
  shape: { hidden: 256, intermediate: 640, layers: 4, heads: 4, kvHeads: 2, maxPositions: 1024 },
  vocabularySize: 1280,
  tokenizerExamples: 6000,
  schedule: { peak: 3e-3, warmupSteps: 60, decayShare: 0.3 },
  positions: 6144,
  batchesPerStep: 1,
  window: 512,
  weightDecay: 0.1,
  clip: 1,
  promptWeight: 0.1,
  promptSteps: 300,
};
