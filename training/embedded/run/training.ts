import type { ModelConfig } from '../../../src/engine/checkpoint/model-config.ts';
import { parameterNames } from '../../../src/engine/graph/training-emitter.ts';
import { AdamW } from '../../engine/adamw.ts';
import type { ParameterTrainer } from '../../engine/parameter-trainer.ts';
import { type EncodedExample, trainingBatch } from './batches.ts';
import type { Muon } from './muon.ts';

export interface StepOptions {
  /** Learning rate of AdamW, which moves what Muon does not: the embedding, norms and biases; without Muon everything. */
  readonly learningRate: number;
  readonly muonRate: number;
  readonly weightDecay: number;
  /** Maximum norm of the whole gradient. */
  readonly clip: number;
  readonly promptWeight: number;
}

export interface StepResult {
  /** Mean of −log p over the response tokens, in nats; over all weighted tokens while prompts count. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Number of tokens that are not padding. */
  readonly tokens: number;
  readonly positions: number;
}

const betas = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

/** Weights and optimiser, and the step that connects them. */
export class Training {
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimiser = new AdamW();
  readonly muon: Muon | undefined;
  readonly #trainer: Pick<ParameterTrainer, 'gradient'>;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(
    trainer: Pick<ParameterTrainer, 'gradient'>,
    config: ModelConfig,
    parameters: ReadonlyMap<string, Float32Array>,
    muon: Muon | undefined,
  ) {
    this.#trainer = trainer;
    this.#shapes = new Map(parameterNames(config).map(({ name, shape }) => [name, shape]));
    this.parameters = parameters;
    this.muon = muon;
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
    await this.#move(gradients, options);
    return {
      loss,
      gradientNorm,
      tokens: batches.flat().reduce((sum, { tokens }) => sum + tokens.length - 1, 0),
      positions: made.reduce((sum, { batch, time }) => sum + batch * time, 0),
    };
  }

  async #move(gradients: ReadonlyMap<string, Float32Array>, options: StepOptions): Promise<void> {
    const { learningRate, muonRate, weightDecay } = options;
    const rest = new Map<string, Float32Array>();
    for (const [name, gradient] of gradients) {
      const [rows, columns] = this.#shapes.get(name) ?? [];
      if (this.muon === undefined || !name.startsWith('model.layers.') || rows === undefined || columns === undefined) {
        rest.set(name, gradient);
        continue;
      }
      const muonOptions = { learningRate: muonRate, momentum: 0.95, weightDecay };
      await this.muon.step(name, this.parameters.get(name)!, gradient, [rows, columns], muonOptions);
    }
    this.optimiser.step(this.parameters, rest, {
      ...betas,
      learningRate,
      // Only matrices: norms and biases are not pulled towards zero.
      weightDecay: (name) => (this.#shapes.get(name)!.length > 1 ? weightDecay : 0),
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
