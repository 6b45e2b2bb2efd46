import type { Generation, GenerationEvent } from '../../policy/generation.ts';
import { cancelled } from './cancellation.ts';
import type { CachedSequence, PrefixCache } from './prefix-cache.ts';
import { type CheckedRequest, checkRequest, type GenerationParts, type ResolvedRequest } from './request.ts';
import { Response } from './response.ts';
import { SamplingBuffers } from './sampler.ts';

export interface GenerateDeps extends GenerationParts {
  readonly cache: PrefixCache;
}

/**
 * Streams one answer: a `prefill` event after each chunk of the prompt (reused tokens count as done), then one `token`
 * event per token. Cancelling is an outcome: the result has `finish: 'cancelled'` and the answer so far.
 * Only then may its text be longer than that of the events, by what was held back.
 * The prefix cache stays usable after a cancellation, after `return()` and after an error.
 * @throws what {@link checkRequest} throws, and `generation.logits-not-finite`.
 */
export async function* generate(
  deps: GenerateDeps,
  request: ResolvedRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, Generation> {
  const checked = checkRequest(deps, request);
  const response = new Response(deps, checked, new SamplingBuffers(deps.decoder.vocabSize));
  if (signal.aborted) {
    response.cancel();
    return response.generation({ reusedTokens: 0, prefillMs: 0, decodeMs: 0 });
  }
  const sequence = await deps.cache.take(checked.promptTokens, checked.adapter);
  try {
    return yield* run(deps, checked, response, sequence, signal);
  } finally {
    sequence.release();
  }
}

async function* run(
  { decoder }: GenerateDeps,
  { promptTokens }: CheckedRequest,
  response: Response,
  sequence: CachedSequence,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, Generation> {
  const total = promptTokens.length;
  const reusedTokens = sequence.length;
  // Only the work is timed, not what the consumer does between two events.
  let prefillMs = 0;
  let decodeMs = 0;
  let last = 0;
  while (response.finish === undefined) {
    if (await cancelled(signal)) {
      response.cancel();
      break;
    }
    const held = sequence.length;
    const prefilling = held < total;
    const start = performance.now();
    const logits = await sequence.append(prefilling ? promptTokens.slice(held, held + decoder.prefillChunk) : [last]);
    if (prefilling) {
      prefillMs += performance.now() - start;
      yield { kind: 'prefill', done: sequence.length, total };
      if (sequence.length < total || signal.aborted) continue;
    } else {
      decodeMs += performance.now() - start;
    }
    const chosen = performance.now();
    const event = response.next(logits);
    decodeMs += performance.now() - chosen;
    last = event.id;
    yield event;
  }
  return response.generation({ reusedTokens, prefillMs, decodeMs });
}
