import type { CancellationToken } from 'vscode-jsonrpc/node';

/**
 * A real AbortSignal whose `aborted` also looks at the token's shared flag. Native runs block the worker's event
 * loop, so a signal that only events can fire would be noticed late or never between them.
 */
export function polledSignal(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const poll = (): boolean => {
    if (token.isCancellationRequested) controller.abort();
    return Reflect.get(AbortSignal.prototype, 'aborted', signal);
  };
  Object.defineProperty(signal, 'aborted', { get: poll });
  Object.defineProperty(signal, 'throwIfAborted', {
    value: () => {
      if (poll()) throw signal.reason;
    },
  });
  token.onCancellationRequested(() => controller.abort());
  return signal;
}
