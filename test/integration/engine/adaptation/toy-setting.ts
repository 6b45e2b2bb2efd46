import type { LoraAdapter } from '../../../../src/engine/adaptation/adapter.ts';
import { type AnchorSet, prepareAnchors } from '../../../../src/engine/adaptation/anchors.ts';
import { combine } from '../../../../src/engine/adaptation/compose.ts';
import { uniformStream } from '../../../../src/engine/adaptation/random.ts';
import { softmax } from '../../../../src/engine/adaptation/token-target.ts';
import type { TokenPair } from '../../../../src/engine/adaptation/trainer.ts';
import { type UpdateInput, type UpdateResult, update } from '../../../../src/engine/adaptation/update.ts';
import { sum } from '../../../../src/engine/adaptation/vector.ts';
import type { WeightNorms } from '../../../../src/engine/adaptation/weight-change.ts';
import { ToyTrainer, toyAdapter, toyVocab } from '../../../unit/engine/adaptation/toy-trainer.ts';

export const never = new AbortController().signal;

/** A toy model with its anchors, and what a test needs to look at it. */
export interface ToySetting {
  readonly trainer: ToyTrainer;
  readonly anchors: AnchorSet;
  /** As if the linears were larger than they are: in so few dimensions 1 % of ‖W‖ would decide everything. */
  readonly norms: WeightNorms;
}

export async function toySetting(seed = 7): Promise<ToySetting> {
  const trainer = new ToyTrainer(seed, 8);
  const anchors = await prepareAnchors(
    {
      trainer,
      vocabSize: toyVocab,
      encode: (text) => [...text].map((c) => c.charCodeAt(0) % toyVocab),
      generate: async (prompt, maxTokens) => sample(trainer, prompt, maxTokens, undefined),
    },
    never,
  );
  resetCalls(trainer);
  return { trainer, anchors, norms: (layer, module) => 20 * trainer.norms(layer, module) };
}

export function resetCalls(trainer: ToyTrainer): void {
  Object.assign(trainer.calls, { evaluate: 0, base: 0, gradient: 0, fisher: 0, divergence: 0 });
}

/** Continues a prompt; greedy without a seed, otherwise at temperature 1. */
function sample(
  trainer: ToyTrainer,
  prompt: readonly number[],
  count: number,
  seed: number | undefined,
  adapters: readonly LoraAdapter[] = [],
): number[] {
  const adapter = adapters.length === 0 ? undefined : combine(adapters);
  const uniform = uniformStream(seed ?? 0);
  const out: number[] = [];
  for (let i = 0; i < count; i++) {
    const pi = softmax(trainer.logits({ prompt: [...prompt, ...out], response: [0] }, adapter)[0]!);
    let left = seed === undefined ? Number.NaN : uniform();
    const drawn = pi.findIndex((p) => {
      left -= p;
      return left < 0;
    });
    out.push(drawn < 0 ? pi.indexOf(Math.max(...pi)) : drawn);
  }
  return out;
}

/** A sampled response of `count` tokens to a prompt that depends on the seed. */
export function samplePair(trainer: ToyTrainer, seed: number, count = 12): TokenPair {
  const prompt = [seed % toyVocab, (3 * seed + 5) % toyVocab, (7 * seed + 1) % toyVocab];
  return { prompt, response: sample(trainer, prompt, count, seed) };
}

export async function logProb(trainer: ToyTrainer, pair: TokenPair, adapters: readonly LoraAdapter[]): Promise<number> {
  const adapter = adapters.length === 0 ? undefined : combine(adapters);
  return sum((await trainer.evaluate(pair, adapter, { distribution: false })).logProb);
}

/** An update of a fresh adapter by a rejected sample, unless told otherwise. */
export function runUpdate(toy: ToySetting, fields: Partial<UpdateInput>): Promise<UpdateResult> {
  const train = fields.train ?? toyAdapter();
  const pair = samplePair(toy.trainer, 1);
  return update(toy, { pair, reward: -1, adapters: [train], train, ...fields }, never);
}
