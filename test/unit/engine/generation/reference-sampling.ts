import { Rng } from '../../../../src/engine/generation/rng.ts';
import type { ResolvedSampling } from '../../../../src/engine/generation/sampling-options.ts';

export const off: ResolvedSampling = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  seed: 0,
};

interface Ranked {
  readonly id: number;
  readonly score: number;
  p: number;
}

/** The definition, by sorting: probabilities of the tokens that stay, from the most to the least probable, equals by id. */
export function referenceDistribution(
  logits: Float32Array,
  options: ResolvedSampling,
  context: readonly number[],
): readonly Ranked[] {
  const penalised = Float32Array.from(logits);
  const penalty = Math.fround(options.repetitionPenalty);
  for (const id of new Set(context))
    penalised[id] = penalised[id]! < 0 ? penalised[id]! * penalty : penalised[id]! / penalty;
  const max = penalised.reduce((a, b) => Math.max(a, b));
  let ranked = Array.from(penalised, (score, id): Ranked => ({ id, score, p: 0 }));
  ranked.sort((a, b) => b.score - a.score || a.id - b.id);
  const normalise = () => {
    for (const one of ranked) one.p = Math.exp((one.score - max) / options.temperature);
    const sum = ranked.reduceRight((total, one) => total + one.p, 0);
    for (const one of ranked) one.p /= sum;
  };
  normalise();
  if (options.topK > 0) {
    const last = ranked[Math.min(options.topK, ranked.length) - 1]!.score;
    ranked = ranked.filter(({ score }) => score >= last);
    normalise();
  }
  if (options.topP < 1) {
    let before = 0;
    ranked = ranked.filter(({ p }) => {
      const stays = before < options.topP;
      before += p;
      return stays;
    });
    normalise();
  }
  ranked = ranked.filter(({ p }) => p >= options.minP * ranked[0]!.p);
  normalise();
  return ranked;
}

/** The same tokens as `Sampler` must choose, slowly. */
export class ReferenceSampler {
  readonly #options: ResolvedSampling;
  readonly #context: number[];
  readonly #rng: Rng;

  constructor(options: ResolvedSampling, context: readonly number[]) {
    this.#options = options;
    this.#context = [...context];
    this.#rng = Rng.fromSeed(options.seed);
  }

  next(logits: Float32Array): number {
    const ranked = referenceDistribution(logits, this.#options, this.#context);
    let rest = this.#rng.next();
    const chosen = ranked.find(({ p }) => {
      rest -= p;
      return rest < 0;
    });
    const id = (chosen ?? ranked.at(-1)!).id;
    this.#context.push(id);
    return id;
  }
}

/** Normally distributed logits, rounded to a grid when ties are wanted. */
export function randomLogits(rng: Rng, size: number, deviation: number, grid = 0): Float32Array {
  return Float32Array.from({ length: size }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
    return grid === 0 ? normal * deviation : Math.round((normal * deviation) / grid) * grid;
  });
}
