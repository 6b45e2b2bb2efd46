import { argmax } from './argmax.ts';
import { ExpBins, scaleOf, weightAt } from './exp-bins.ts';
import { RankedBin } from './ranked-bin.ts';
import { RepetitionPenalty } from './repetition-penalty.ts';
import { Rng } from './rng.ts';
import type { ResolvedSampling } from './sampling-options.ts';
import { type Cut, massOf, truncate } from './truncation.ts';

/** The buffers of sampling; one is enough for all sequences of a batch. About 12 bytes per token of the vocabulary. */
export class SamplingBuffers {
  readonly bins = new ExpBins();
  readonly ranked: RankedBin;

  constructor(vocabSize: number) {
    this.ranked = new RankedBin(vocabSize, this.bins);
  }
}

/**
 * Chooses the tokens of one answer: repetition penalty, temperature, top-k, top-p, min-p in transformers' order, then a
 * draw by inverse transform over the tokens from the most to the least probable. One random number per token.
 * Temperature 0 is greedy: the penalty applies, everything else is ignored, and of equal logits the first wins.
 * Allocates nothing in proportion to V per token.
 */
export class Sampler {
  readonly #options: ResolvedSampling;
  readonly #buffers: SamplingBuffers;
  readonly #rng: Rng;
  readonly #penalty: RepetitionPenalty | undefined;

  constructor(options: ResolvedSampling, vocabSize: number, promptTokens: readonly number[], buffers: SamplingBuffers) {
    this.#options = options;
    this.#buffers = buffers;
    this.#rng = Rng.fromSeed(options.seed);
    if (options.repetitionPenalty !== 1) {
      this.#penalty = new RepetitionPenalty(options.repetitionPenalty, vocabSize, promptTokens);
    }
  }

  /**
   * The next token, which from then on counts as present for the repetition penalty.
   * @throws RetuneError `generation.logits-not-finite`.
   * @param logits fp32 [V], left as they are
   */
  next(logits: Float32Array): number {
    const scores = this.#penalty?.apply(logits) ?? logits;
    const token = this.#choose(scores);
    this.#penalty?.add(token);
    return token;
  }

  #choose(scores: Float32Array): number {
    const best = argmax(scores);
    const scale = scaleOf(this.#options.temperature);
    // Also greedy for temperatures so small that their inverse overflows.
    if (scale === Infinity) return best;
    const { bins, ranked } = this.#buffers;
    const max = scores[best]!;
    bins.fill(scores, max, scale);
    ranked.start(scores, max, scale);
    return this.#draw(truncate(bins, ranked, this.#options));
  }

  #draw(cut: Cut): number {
    const { bins, ranked } = this.#buffers;
    let rest = this.#rng.next() * massOf(bins, ranked, cut);
    let bin = 0;
    let lastFilled = 0;
    for (; bin < cut.bin; bin++) {
      const mass = bins.mass[bin]!;
      if (rest < mass) break;
      if (mass > 0) lastFilled = bin;
      rest -= mass;
    }
    let available = bin < cut.bin ? bins.count[bin]! : cut.ranks;
    if (available === 0) {
      // Rounding carried the draw past the last token that stays.
      bin = lastFilled;
      available = bins.count[bin]!;
      rest = Infinity;
    }
    ranked.load(bin);
    for (let rank = 0; rank < available - 1; rank++) {
      const id = ranked.id(rank);
      rest -= weightAt(ranked.depth(id));
      if (rest < 0) return id;
    }
    return ranked.id(available - 1);
  }
}
