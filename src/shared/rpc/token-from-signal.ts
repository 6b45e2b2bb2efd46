import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';

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
