import type { AdapterSelection } from '../policy/adapters.ts';
import type { Generation } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import type { UpdateOptions } from '../policy/update.ts';
import { isCancelled } from '../shared/errors/cancelled.ts';
import type { Weights } from './events.ts';
import type { Verdict } from './verdict.ts';
import type { Words, WordsInput, WordsStream } from './words/words.ts';

export type AdaptEvent =
  | { readonly kind: 'words'; readonly words: Words }
  | { readonly kind: 'weights'; readonly weights: Weights; readonly milliseconds: number };

/** One step of the parametric stream: computed from the exact tokens of the rejected generation. */
export type WeightsStream = (
  generation: Pick<Generation, 'promptTokens' | 'responseTokens'>,
  verdict: Verdict,
  signal: AbortSignal,
) => Promise<Weights>;

/** Updates the session adapter for r = −1, and for nothing else (adaptation §1). */
export function modelWeights(policy: Policy, adapter: AdapterSelection, options?: UpdateOptions): WeightsStream {
  return async ({ promptTokens, responseTokens }, verdict, signal) => {
    if (!policy.info.capabilities.adapts)
      return { kind: 'skipped', why: 'This model only answers; its weights cannot be changed.' };
    if (verdict.reward !== -1) {
      return {
        kind: 'skipped',
        why: `The reward is undefined (${verdict.reason}), so there is nothing to learn from.`,
      };
    }
    const report = await policy.update(
      {
        adapter: { ...adapter, train: 'session' },
        promptTokens,
        responseTokens,
        reward: -1,
        ...(options !== undefined && { options }),
      },
      signal,
    );
    return { kind: report.accepted ? 'updated' : 'rolled-back', report };
  };
}

/**
 * Steps A and B of one turn (ROSA2, Algorithm 1, lines 12–17): neither depends on the other, so they run concurrently, and both
 * have ended when this resolves. If one fails, the other is cancelled.
 */
export async function adapt(
  streams: {
    readonly words?: () => readonly [WordsStream, WordsInput];
    readonly weights?: (signal: AbortSignal) => Promise<Weights>;
  },
  report: (event: AdaptEvent) => void,
  signal: AbortSignal,
): Promise<Words | undefined> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const stop = (error: unknown): never => {
    failed.abort();
    throw error;
  };
  const words = async (): Promise<Words | undefined> => {
    if (streams.words === undefined) return undefined;
    const [stream, input] = streams.words();
    const result = await stream(input, both);
    report({ kind: 'words', words: result });
    return result;
  };
  const weights = async (): Promise<void> => {
    if (streams.weights === undefined) return;
    const started = performance.now();
    const result = await streams.weights(both);
    report({ kind: 'weights', weights: result, milliseconds: Math.round(performance.now() - started) });
  };
  const [first, second] = await Promise.allSettled([words().catch(stop), weights().catch(stop)]);
  const errors = [first, second].flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  // The error that is not a cancellation says why; the other stream was only stopped by it.
  if (errors.length > 0) throw errors.find((error) => !isCancelled(error)) ?? errors[0];
  return first.status === 'fulfilled' ? first.value : undefined;
}
