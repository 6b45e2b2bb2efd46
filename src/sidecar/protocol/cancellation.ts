import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { GenerateRequest, Generation } from '../../policy/generation.ts';

/** A token that follows a signal; dispose it when the request has ended, because signals may live long. */
export function tokenFromSignal(signal: AbortSignal): { readonly token: CancellationToken; dispose(): void } {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return {
    token: source.token,
    dispose: () => {
      signal.removeEventListener('abort', cancel);
      source.dispose();
    },
  };
}

/** What a generation is that was cancelled before its first run. */
export function cancelledGeneration(request: GenerateRequest): Generation {
  return {
    text: '',
    promptTokens: [],
    responseTokens: [],
    ...(request.logprobs ? { logprobs: [] } : {}),
    finish: 'cancelled',
    seed: request.sampling?.seed ?? 0,
    timings: { reusedTokens: 0, prefillMs: 0, decodeMs: 0 },
  };
}
