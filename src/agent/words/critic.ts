import type { GenerateRequest } from '../../policy/generation.ts';
import type { Policy } from '../../policy/policy.ts';
import { cancelled, throwIfCancelled } from '../../shared/errors/cancelled.ts';

/** The model that writes the words: as its base is, without an adapter. */
export type Critic = Pick<Policy, 'info' | 'countTokens' | 'generate'>;

/**
 * What the critic writes, whole.
 * @throws RetuneError `cancelled`
 */
export async function written(
  critic: Critic,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly milliseconds: number }> {
  const started = performance.now();
  const stream = critic.generate(request, signal);
  let next = await stream.next();
  while (!next.done) next = await stream.next();
  if (next.value.finish === 'cancelled') throw cancelled('Writing the instruction');
  throwIfCancelled(signal, 'Writing the instruction');
  return { text: next.value.text, milliseconds: Math.round(performance.now() - started) };
}
