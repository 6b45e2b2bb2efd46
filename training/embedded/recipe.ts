import type { Shape } from './model/shape.ts';
import type { Schedule } from './run/schedule.ts';

/** Everything that determines what a training run computes, apart from the examples. */
export interface Recipe {
  readonly seed: number;
  readonly shape: Shape;
  readonly vocabularySize: number;
  /** Sentences in more than `share` of the examples of a kind become single tokens; `most` is their maximum number. */
  readonly phrases: { readonly share: number; readonly most: number };
  /** Number of examples that the tokenizer learns from. */
  readonly tokenizerExamples: number;
  readonly schedule: Schedule;
  /** Learning rate of Muon for the matrices of layers, relative to that of the schedule; 0 = AdamW for everything. */
  readonly muon: number;
  /** Maximum number of positions in a batch, including padding, and number of batches in a step. */
  readonly positions: number;
  readonly batchesPerStep: number;
  readonly window: number;
  /** Up to `share` of the run, only examples of at most `tokens` tokens: short ones teach the same at lower cost. */
  readonly short: readonly { readonly share: number; readonly tokens: number }[];
  readonly weightDecay: number;
  readonly clip: number;
  /** Weight of prompts in the first `promptShare` of the run, so that the model soon learns to copy from them; then 0. */
  readonly promptWeight: number;
  readonly promptShare: number;
}

export const embeddedRecipe: Recipe = {
  seed: 1,
  shape: { hidden: 256, intermediate: 640, layers: 4, heads: 4, kvHeads: 2, maxPositions: 1024 },
  vocabularySize: 1280,
  phrases: { share: 0.25, most: 40 },
  tokenizerExamples: 6000,
  schedule: { peak: 3e-3, warmupSteps: 40, decayShare: 0.35, again: { share: 0.2, peak: 0.4 } },
  muon: 6,
  positions: 4096,
  batchesPerStep: 1,
  window: 1024,
  short: [
    { share: 0.12, tokens: 224 },
    { share: 0.48, tokens: 320 },
  ],
  weightDecay: 0.1,
  clip: 1,
  promptWeight: 0.3,
  promptShare: 0.4,
};
