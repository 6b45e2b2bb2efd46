import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import { toResponseError, type Unforeseen } from './wire-errors.ts';

/** Answers a method; whatever the handler throws reaches the caller as a RetuneError. */
export function answerRequest<P>(
  connection: MessageConnection,
  method: string,
  handle: (params: P, token: CancellationToken) => unknown,
  unforeseen: Unforeseen,
): void {
  connection.onRequest(method, async (params: P, token: CancellationToken): Promise<unknown> => {
    try {
      return await handle(params, token);
    } catch (error) {
      return toResponseError(error, unforeseen);
    }
  });
}
