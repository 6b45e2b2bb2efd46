import type { GenerateRequest, Generation, GenerationEvent } from '../../src/policy/generation.ts';
import type { DriverRequest } from './protocol.ts';
import { randomTokens } from './random.ts';
import { type MeasuredReply, timeStream } from './serve.ts';

/** What a model in this process and one in the sidecar have in common. */
export interface Generator {
  generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerationEvent, Generation>;
}

/** Measures `decode` or `prefill` the way a user of the engine would see it: by the events of a greedy generation. */
export async function measureGeneration(
  model: Generator,
  request: Extract<DriverRequest, { op: 'decode' | 'prefill' }>,
  signal: AbortSignal,
): Promise<MeasuredReply> {
  const [length, count] = request.op === 'decode' ? [request.context, request.tokens + 1] : [request.tokens, 1];
  const asked: GenerateRequest = {
    prompt: { tokens: randomTokens(length, request.seed) },
    sampling: { temperature: 0, repetitionPenalty: 1 },
    maxTokens: count,
  };
  const { first, rest } = await timeStream(tokens(model.generate(asked, signal)), count);
  return request.op === 'decode' ? rest : { ...first, tokens: length };
}

async function* tokens(events: AsyncGenerator<GenerationEvent, Generation>): AsyncGenerator<number> {
  for await (const event of events) if (event.kind === 'token') yield event.id;
}
