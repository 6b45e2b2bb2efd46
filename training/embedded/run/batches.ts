import { hash32, mulberry32, shuffled } from '../../../src/shared/random.ts';
import type { TrainingBatch } from '../../engine/parameter-trainer.ts';

/** One example as the model sees it: the rendered prompt, then the response with its end token. */
export interface EncodedExample {
  readonly kind: string;
  readonly tokens: readonly number[];
  /** Number of tokens of the prompt. */
  readonly prompt: number;
}

export interface BatchOptions {
  readonly seed: number;
  /** Number of examples sorted together; more means less padding and less mixing. */
  readonly window: number;
  /** Maximum number of positions in a batch, including padding. */
  readonly positions: number;
}

/** A position in an endless sequence of batches, from which it can be resumed. */
export interface BatchPosition {
  readonly window: number;
  readonly batch: number;
  /** Maximum length of the examples in this window, in tokens. */
  readonly longest: number;
}

export type ExampleSource = (seed: number) => Iterable<EncodedExample>;

/**
 * Endless batches of examples of similar length. Examples come in windows, each from a source with its own seed, so that any
 * position can be reached without the examples before it.
 */
export class Batches {
  readonly #source: ExampleSource;
  readonly #options: BatchOptions;
  #window: number;
  #next: number;
  #longest: number;
  #batches: readonly (readonly EncodedExample[])[] | undefined;

  constructor(source: ExampleSource, options: BatchOptions, position?: BatchPosition) {
    this.#source = source;
    this.#options = options;
    this.#window = position?.window ?? 0;
    this.#next = position?.batch ?? 0;
    this.#longest = position?.longest ?? Number.POSITIVE_INFINITY;
  }

  /** Position of the next batch. */
  get position(): BatchPosition {
    return { window: this.#window, batch: this.#next, longest: this.#longest };
  }

  /** @param longest maximum length for the next window, if it begins with this batch */
  next(longest = Number.POSITIVE_INFINITY): readonly EncodedExample[] {
    if (this.#next === 0) this.#longest = longest;
    this.#batches ??= this.#fill();
    const batch = this.#batches[this.#next++]!;
    if (this.#next === this.#batches.length) {
      this.#window++;
      this.#next = 0;
      this.#batches = undefined;
    }
    return batch;
  }

  #fill(): readonly (readonly EncodedExample[])[] {
    const { seed, window, positions } = this.#options;
    const state = hash32(`${seed} window ${this.#window}`);
    const examples: EncodedExample[] = [];
    for (const example of this.#source(state)) {
      if (example.tokens.length > this.#longest) continue;
      examples.push(example);
      if (examples.length === window) break;
    }
    return shuffled(mulberry32(state), bucketed(examples, positions));
  }
}

/** Batches of examples of similar length, each of at most `positions` positions (or of a single longer example). */
export function bucketed(examples: readonly EncodedExample[], positions: number): EncodedExample[][] {
  const sorted = [...examples].sort((a, b) => a.tokens.length - b.tokens.length);
  const batches: EncodedExample[][] = [];
  let batch: EncodedExample[] = [];
  for (const example of sorted) {
    if (batch.length > 0 && (batch.length + 1) * (example.tokens.length - 1) > positions) {
      batches.push(batch);
      batch = [];
    }
    batch.push(example);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** Padded on the right. The weights are those of the options, not normalised. */
export function trainingBatch(examples: readonly EncodedExample[], promptWeight: number): TrainingBatch {
  const time = Math.max(...examples.map(({ tokens }) => tokens.length)) - 1;
  const inputs = new Int32Array(examples.length * time);
  const targets = new Int32Array(examples.length * time);
  const weights = new Float32Array(examples.length * time);
  for (const [row, { tokens, prompt }] of examples.entries()) {
    for (let t = 0; t + 1 < tokens.length; t++) {
      const at = row * time + t;
      inputs[at] = tokens[t]!;
      targets[at] = tokens[t + 1]!;
      weights[at] = t + 1 >= prompt ? 1 : promptWeight;
    }
  }
  return { batch: examples.length, time, inputs, targets, weights };
}
