import { CancellationTokenSource } from 'vscode';

/** An AbortSignal as VS Code wants it; to be disposed of. */
export function tokenSource(signal: AbortSignal): CancellationTokenSource {
  const source = new CancellationTokenSource();
  if (signal.aborted) source.cancel();
  else signal.addEventListener('abort', () => source.cancel(), { once: true });
  return source;
}
