import type { GenerateRequest, Generation, GenerationEvent } from '../../policy/generation.ts';
import { isCancelled } from '../../shared/errors/cancelled.ts';
import { EventQueue } from '../../shared/event-queue.ts';
import { cancelledGeneration } from '../protocol/cancelled-generation.ts';
import { generationProgress, methodType, type Subject } from '../protocol/methods.ts';
import type { Caller } from './caller.ts';

/**
 * Streams events; returns the generation, with finish `cancelled` when the signal fired. Leaving the iteration early cancels it
 * too, and waits until the sidecar has stopped, so that the next request need not queue behind it.
 */
export async function* streamGeneration(
  caller: Pick<Caller, 'call'>,
  subject: Subject,
  request: GenerateRequest,
  signal: AbortSignal,
): AsyncGenerator<GenerationEvent, Generation> {
  const events = new EventQueue<GenerationEvent>();
  const left = new AbortController();
  const generation = caller
    .call(
      methodType('generate'),
      (progressToken) => ({ ...subject, request, ...(progressToken !== undefined && { progressToken }) }),
      {
        ...('model' in subject && { model: subject.model }),
        progress: { type: generationProgress, on: (event) => events.push(event) },
      },
      AbortSignal.any([signal, left.signal]),
    )
    .catch((error: unknown) => {
      if (isCancelled(error)) return cancelledGeneration(request);
      throw error;
    })
    .finally(() => events.close());
  // While the consumer is busy with an event a failure must not count as unhandled; it is thrown below.
  generation.catch(() => undefined);
  try {
    yield* events;
    return await generation;
  } finally {
    left.abort();
    await Promise.allSettled([generation]);
  }
}
