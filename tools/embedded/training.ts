import { AdamW } from '../../src/engine/adaptation/adamw.ts';
import type { ParameterTrainer } from '../../src/engine/runtime/parameter-trainer.ts';
import { type EncodedExample, trainingBatch } from './batches.ts';

export interface StepOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Largest norm of the whole gradient. */
  readonly clip: number;
  readonly promptWeight: number;
}

export interface StepResult {
  /** Mean of −log p over the response tokens, in nats; over all weighted tokens while prompts count. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Tokens that are no padding. */
  readonly tokens: number;
  readonly positions: number;
}

const betas = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

/** Weights, optimiser and the step that joins them. */
export class Training {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimiser = new AdamW();
  readonly #trainer: Pick<ParameterTrainer, 'gradient'>;

  constructor(trainer: Pick<ParameterTrainer, 'gradient'>, parameters: ReadonlyMap<string, Float32Array>) {
    this.#trainer = trainer;
    this.parameters = parameters;
  }

  /** One step along the mean gradient of several batches. */
  async step(batches: readonly (readonly EncodedExample[])[], options: StepOptions): Promise<StepResult> {
    const made = batches.map((examples) => trainingBatch(examples, options.promptWeight));
    let weight = 0;
    for (const { weights } of made) for (const w of weights) weight += w;
    let loss = 0;
    let gradients: ReadonlyMap<string, Float32Array> = new Map();
    for (const batch of made) {
      const result = await this.#trainer.gradient(this.parameters, {
        ...batch,
        weights: batch.weights.map((w) => w / weight),
      });
      loss += result.loss;
      gradients = gradients.size === 0 ? result.gradients : summed(gradients, result.gradients);
    }
    const gradientNorm = norm(gradients);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new Error(`The loss is ${loss} and the gradient's norm ${gradientNorm}: the learning rate is too high.`);
    }
    if (gradientNorm > options.clip) scale(gradients, options.clip / gradientNorm);
    this.#move(gradients, options);
    return {
      loss,
      gradientNorm,
      tokens: batches.flat().reduce((sum, { tokens }) => sum + tokens.length - 1, 0),
      positions: made.reduce((sum, { batch, time }) => sum + batch * time, 0),
    };
  }

  /** Weight decay is for matrices alone: norms and biases are not pulled to zero. */
  #move(gradients: ReadonlyMap<string, Float32Array>, { learningRate, weightDecay }: StepOptions): void {
    const decays = (name: string): boolean => name.endsWith('.weight') && !name.endsWith('norm.weight');
    this.optimiser.step(this.parameters, gradients, {
      ...betas,
      learningRate,
      weightDecay: (name) => (decays(name) ? weightDecay : 0),
    });
  }
}

function summed(
  into: ReadonlyMap<string, Float32Array>,
  more: ReadonlyMap<string, Float32Array>,
): ReadonlyMap<string, Float32Array> {
  for (const [name, values] of into) {
    const other = more.get(name)!;
    for (let i = 0; i < values.length; i++) values[i]! += other[i]!;
  }
  return into;
}

function norm(gradients: ReadonlyMap<string, Float32Array>): number {
  let sum = 0;
  for (const values of gradients.values()) for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

function scale(gradients: ReadonlyMap<string, Float32Array>, factor: number): void {
  for (const values of gradients.values()) for (let i = 0; i < values.length; i++) values[i]! *= factor;
}
