import type { UpdateOptions } from '../../policy/update.ts';
import { throwIfCancelled } from '../../shared/errors/cancelled.ts';
import type { EffectiveAdapter } from '../graph/lora.ts';
import type { LoraAdapter } from './adapter.ts';
import { combine } from './compose.ts';
import type { TokenPair, Trainer } from './trainer.ts';
import { type UpdateDependencies, type UpdateResult, update } from './update.ts';
import { sum } from './vector.ts';

/** Maximum number of earlier accepted answers that are rehearsed; the newest are kept. */
export const maxRehearsed = 16;
/** Maximum loss of an earlier answer: this share of |log π|, … */
const relativeLoss = 0.02;
/** … or this many nat per token, because for an answer the model is sure of 2 % of |log π| is below rounding. */
const absoluteLoss = 1e-3;

export interface ConsolidationInput {
  /** The workspace adapter. It learns on its own: no session adapter is active. */
  readonly adapter: LoraAdapter;
  /** Clean context (no failed attempts in it) and the accepted answer. */
  readonly accepted: TokenPair;
  /** Accepted before, oldest first; only the last {@link maxRehearsed} count. */
  readonly earlier: readonly TokenPair[];
  readonly options?: UpdateOptions;
}

/**
 * Makes an accepted answer more likely in the workspace adapter: one r = +1 update with the workspace's smaller cap, kept only
 * if the anchors hold and no earlier accepted answer loses more than 2 % of its log-probability. A violated canary is a
 * candidate refused with `kl-anchors`. Saving the new adapter as a version is the caller's (`WorkspaceVersions.append`).
 */
export async function consolidate(
  dependencies: Omit<UpdateDependencies, 'session'>,
  input: ConsolidationInput,
  signal: AbortSignal,
): Promise<UpdateResult> {
  const { adapter, accepted, earlier, options } = input;
  const rehearsed = earlier.slice(-maxRehearsed);
  const { trainer, anchors, norms } = dependencies;
  let before: number[] | undefined;
  const canary = async (candidate: EffectiveAdapter): Promise<boolean> => {
    before ??= await logProbs(trainer, rehearsed, combine([adapter]), signal);
    for (const [index, pair] of rehearsed.entries()) {
      const [after] = await logProbs(trainer, [pair], candidate, signal);
      const was = before[index]!;
      const allowed = Math.max(relativeLoss * Math.abs(was), absoluteLoss * pair.response.length);
      if (!(after! >= was - allowed)) return false;
    }
    return true;
  };
  return update(
    { trainer, anchors, norms },
    {
      pair: accepted,
      reward: 1,
      adapters: [adapter],
      train: adapter,
      canary,
      ...(options !== undefined && { options }),
    },
    signal,
  );
}

/** Σ log π(y) of each pair, nat. */
async function logProbs(
  trainer: Trainer,
  pairs: readonly TokenPair[],
  adapter: EffectiveAdapter,
  signal: AbortSignal,
): Promise<number[]> {
  const sums: number[] = [];
  for (const pair of pairs) {
    throwIfCancelled(signal, 'The weight update');
    sums.push(sum((await trainer.evaluate(pair, adapter, { distribution: false })).logProb));
  }
  return sums;
}
