import type { GenerateRequest, Generation } from '../../policy/generation.ts';

/** What a generation is that was cancelled before its first run. */
export function cancelledGeneration(request: GenerateRequest): Generation {
  return {
    text: '',
    promptTokens: [],
    responseTokens: [],
    ...(request.logprobs === true && { logprobs: [] }),
    finish: 'cancelled',
    seed: request.sampling?.seed ?? 0,
    timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
  };
}
