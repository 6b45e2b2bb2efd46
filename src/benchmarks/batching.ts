import type { GenerateRequest, Generation, GenerationEvent } from '../policy/generation.ts';
import type { Policy } from '../policy/policy.ts';
import { cancelled, isCancelled } from '../shared/errors/cancelled.ts';

interface WaitingRequest extends PromiseWithResolvers<Generation> {
  readonly request: GenerateRequest;
  readonly signal: AbortSignal;
}

/** One of several users of a policy that generate together. */
export interface Lane {
  readonly policy: Policy;
  /** It generates nothing any more, and the others do not wait for it. */
  end(): void;
}

/**
 * Lanes that share a policy: what they generate at the same time is decoded in one batch, as soon as every lane that has not
 * ended waits for an answer. Nothing streams. A lane that waits alone generates as without lanes.
 */
export function openLanes(policy: Policy, count: number): readonly Lane[] {
  if (count === 1) return [{ policy, end: () => undefined }];
  let open = count;
  let waiting: WaitingRequest[] = [];
  const flush = (): void => {
    if (waiting.length === 0 || waiting.length < open) return;
    const batch = waiting;
    waiting = [];
    void answer(policy, batch);
  };
  const generate = async (request: GenerateRequest, signal: AbortSignal): Promise<Generation> => {
    const item = { ...Promise.withResolvers<Generation>(), request, signal };
    const giveUp = (): void => {
      waiting = waiting.filter((other) => other !== item);
      item.reject(cancelled('The generation'));
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    if (!signal.aborted) waiting.push(item);
    flush();
    return item.promise.finally(() => signal.removeEventListener('abort', giveUp));
  };
  const lane = (): Lane => ({
    policy: {
      ...bound(policy),
      // biome-ignore lint/correctness/useYield: nothing streams from a batch.
      async *generate(request, signal): AsyncGenerator<GenerationEvent, Generation> {
        return await generate(request, signal);
      },
    },
    end() {
      open--;
      flush();
    },
  });
  return Array.from({ length: count }, lane);
}

/** The policy's own functions, which may be those of a class. */
function bound(policy: Policy): Policy {
  const { info, adapters, workspace } = policy;
  return {
    info,
    adapters,
    workspace,
    countTokens: (prompt, signal) => policy.countTokens(prompt, signal),
    generate: (request, signal) => policy.generate(request, signal),
    generateBatch: (requests, signal) => policy.generateBatch(requests, signal),
    score: (request, signal) => policy.score(request, signal),
    update: (request, signal) => policy.update(request, signal),
  };
}

async function answer(policy: Policy, batch: readonly WaitingRequest[]): Promise<void> {
  if (batch.length > 1) {
    try {
      const signal = AbortSignal.any(batch.map((item) => item.signal));
      const generations = await policy.generateBatch(
        batch.map(({ request }) => request),
        signal,
      );
      for (const [index, { resolve }] of batch.entries()) resolve(generations[index]!);
      return;
    } catch (error) {
      if (isCancelled(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // A request that cannot be answered must not take the others with it: each is asked alone, and fails alone.
    }
  }
  for (const { request, signal, resolve, reject } of batch) {
    await finished(policy.generate(request, signal)).then(resolve, reject);
  }
}

async function finished(events: AsyncGenerator<GenerationEvent, Generation>): Promise<Generation> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
  }
}
