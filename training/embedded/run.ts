import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadTokenizer } from '../../src/engine/tokenizer/tokenizer.ts';
import type { ProviderName } from '../../src/policy/provider.ts';
import { hash32 } from '../../src/shared/random.ts';
import { ParameterTrainer } from '../engine/parameter-trainer.ts';
import type { Example } from './examples/example.ts';
import { writeModel } from './model/model-files.ts';
import { initialParameters, modelConfig } from './model/shape.ts';
import type { Recipe } from './recipe.ts';
import { Batches, type EncodedExample } from './run/batches.ts';
import { encoded } from './run/encode.ts';
import { Muon } from './run/muon.ts';
import { Orthogonaliser } from './run/orthogonaliser.ts';
import { type Progress, restoreTraining, saveTraining } from './run/saved-state.ts';
import { learningRate } from './run/schedule.ts';
import { type StepResult, Training } from './run/training.ts';
import { validationLoss, validationSet } from './run/validation.ts';
import { tokenizerFor } from './tokenizer/corpus-tokenizer.ts';
import type { TrainedTokenizer } from './tokenizer/tokenizer.ts';

export interface RunOptions {
  readonly recipe: Recipe;
  readonly examples: (seed: number) => Iterable<Example>;
  readonly directory: string;
  readonly provider: ProviderName;
  readonly threads: number;
  /** Limits in tokens and in training time, in ms; the run ends at the first that is reached. */
  readonly tokens: number;
  readonly milliseconds: number;
  readonly resume: boolean;
}

export interface StepReport extends StepResult {
  readonly step: number;
  readonly learningRate: number;
  /** Completed share of the run: 0 to 1. */
  readonly done: number;
  readonly totalTokens: number;
  /** Of training, in ms, without interruptions. */
  readonly elapsed: number;
}

/** A training run in a directory: `state.safetensors` to resume from, `model/` to use. */
export class Run {
  readonly #options: RunOptions;
  readonly #training: Training;
  readonly #trainer: ParameterTrainer;
  readonly #orthogonaliser: Orthogonaliser | undefined;
  readonly #batches: Batches;
  readonly #tokenizer;
  readonly #config;
  readonly #validation: readonly EncodedExample[];
  #progress: Progress;

  private constructor(
    options: RunOptions,
    parts: {
      readonly training: Training;
      readonly trainer: ParameterTrainer;
      readonly orthogonaliser: Orthogonaliser | undefined;
      readonly batches: Batches;
      readonly tokenizer: ReturnType<typeof tokenizerFor>;
      readonly config: ReturnType<typeof modelConfig>;
      readonly validation: readonly EncodedExample[];
      readonly progress: Progress;
    },
  ) {
    this.#options = options;
    this.#training = parts.training;
    this.#trainer = parts.trainer;
    this.#orthogonaliser = parts.orthogonaliser;
    this.#batches = parts.batches;
    this.#tokenizer = parts.tokenizer;
    this.#config = parts.config;
    this.#validation = parts.validation;
    this.#progress = parts.progress;
  }

  static async open(options: RunOptions): Promise<Run> {
    const { recipe, directory, provider, threads } = options;
    const { shape, seed } = recipe;
    const modelDirectory = join(directory, 'model');
    const statePath = join(directory, 'state.safetensors');
    const tokenizerPath = join(directory, 'tokenizer.trained.json');
    await mkdir(modelDirectory, { recursive: true });
    const resumes = options.resume && (await exists(statePath));
    // Weights belong to one tokenizer: a resumed run keeps its own, even if the examples have changed.
    const tokenizer = resumes
      ? (JSON.parse(await readFile(tokenizerPath, 'utf8')) as TrainedTokenizer)
      : tokenizerFor(options.examples(hash32(`${seed} tokenizer`)), recipe);
    await writeFile(tokenizerPath, JSON.stringify(tokenizer));
    const config = modelConfig(shape, tokenizer);
    const parameters = initialParameters(config, seed);
    const trainer = await ParameterTrainer.create(config, { provider, threads });
    const orthogonaliser = recipe.muon > 0 ? await Orthogonaliser.create(provider, threads) : undefined;
    const training = new Training(trainer, config, parameters, orthogonaliser && new Muon(orthogonaliser));
    const progress: Progress = resumes
      ? await restoreTraining(statePath, training, fingerprint(recipe, tokenizer.definition))
      : { steps: 0, tokens: 0, milliseconds: 0, position: { window: 0, batch: 0, longest: 0 } };
    // From here on the weights on disk are those of the state, even if an earlier run left others.
    await writeModel(modelDirectory, { shape, config, tokenizer, parameters });
    const engine = await loadTokenizer(modelDirectory);
    const source = (from: number) => encoded(engine, tokenizer.ids.end, options.examples(from), shape.maxPositions);
    const batches = new Batches(source, recipe, progress.position);
    const validation = validationSet(source(hash32(`${seed} validation`)));
    return new Run(options, { training, trainer, orthogonaliser, batches, tokenizer, config, validation, progress });
  }

  get progress(): Progress {
    return this.#progress;
  }

  get parameters(): ReadonlyMap<string, Float32Array> {
    return this.#training.parameters;
  }

  get modelDirectory(): string {
    return join(this.#options.directory, 'model');
  }

  /** 0 to 1. */
  get done(): number {
    const { tokens, milliseconds } = this.#options;
    return Math.min(1, Math.max(this.#progress.tokens / tokens, this.#progress.milliseconds / milliseconds));
  }

  async step(): Promise<StepReport> {
    const { recipe } = this.#options;
    const started = performance.now();
    const { steps, tokens, milliseconds } = this.#progress;
    const done = this.done;
    const rate = learningRate(recipe.schedule, steps, done);
    const longest = recipe.short.find(({ share }) => done < share)?.tokens ?? recipe.shape.maxPositions;
    const batches = Array.from({ length: recipe.batchesPerStep }, () => this.#batches.next(longest));
    const result = await this.#training.step(batches, {
      learningRate: rate,
      muonRate: rate * recipe.muon,
      weightDecay: recipe.weightDecay,
      clip: recipe.clip,
      promptWeight: done < recipe.promptShare ? recipe.promptWeight : 0,
    });
    const elapsed = milliseconds + performance.now() - started;
    this.#progress = {
      steps: steps + 1,
      tokens: tokens + result.tokens,
      milliseconds: elapsed,
      position: this.#batches.position,
    };
    return {
      ...result,
      step: steps + 1,
      learningRate: rate,
      done: this.done,
      totalTokens: this.#progress.tokens,
      elapsed,
    };
  }

  /** Mean loss per response token on examples that are not part of training, by kind. */
  validate(): Promise<Readonly<Record<string, number>>> {
    return validationLoss(this.#trainer, this.#training.parameters, this.#validation);
  }

  /** Writes the state and the model; each file is either complete or the previous one. */
  async save(): Promise<void> {
    const { recipe, directory } = this.#options;
    const recipeText = fingerprint(recipe, this.#tokenizer.definition);
    await saveTraining(join(directory, 'state.safetensors'), this.#training, this.#progress, recipeText);
    await writeModel(this.modelDirectory, {
      shape: recipe.shape,
      config: this.#config,
      tokenizer: this.#tokenizer,
      parameters: this.#training.parameters,
    });
  }

  async dispose(): Promise<void> {
    await this.#trainer.dispose();
    await this.#orthogonaliser?.dispose();
  }
}

/** What two runs must have in common for one to resume the other; the same losses take the whole recipe. */
function fingerprint({ seed, shape }: Recipe, tokenizer: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, shape, tokenizer]))
    .digest('hex')
    .slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
