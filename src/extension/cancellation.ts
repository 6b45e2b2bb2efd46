import { CancellationTokenSource } from 'vscode';

/** VS Code's cancellation for an AbortSignal. */
export function tokenSource(signal: AbortSignal): CancellationTokenSource {
  const source = new CancellationTokenSource();
  if (signal.aborted) source.cancel();
  else signal.addEventListener('abort', () => source.cancel(), { once: true });
  return source;
}
