import {
  CancellationSenderStrategy,
  type CancellationStrategy,
  type CancellationToken,
  CancellationTokenSource,
  type MessageConnection,
  NotificationType,
  type RequestMessage,
} from 'vscode-jsonrpc/node';
import type { AdapterInfo } from '../../policy/adapters.ts';

/** What the main thread gives to the worker when it starts it. */
export interface WorkerStart {
  readonly stateDirectory: string;
}

/** Worker to main thread, before the answer of the request that caused it: the adapters now in memory. */
export const AdaptersChanged = {
  method: 'worker/adaptersChanged',
  type: new NotificationType<{ readonly model: string; readonly adapters: readonly AdapterInfo[] }>(
    'worker/adaptersChanged',
  ),
} as const;

type FlaggedRequest = RequestMessage & { $cancelFlag?: SharedArrayBuffer };

/**
 * Main thread's side of a cancellation that is a shared flag and a message at once: the flag is seen between two
 * native runs without returning to the event loop, the message wakes a worker that waits for something else.
 */
export class FlagSender {
  readonly #flags = new Map<number | string, Int32Array>();

  enableCancellation(request: RequestMessage): void {
    if (request.id === null) return;
    const buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#flags.set(request.id, new Int32Array(buffer));
    (request as FlaggedRequest).$cancelFlag = buffer;
  }

  sendCancellation(connection: MessageConnection, id: number | string): Promise<void> {
    const flag = this.#flags.get(id);
    if (flag !== undefined) Atomics.store(flag, 0, 1);
    return CancellationSenderStrategy.Message.sendCancellation(connection, id);
  }

  cleanup(id: number | string): void {
    this.#flags.delete(id);
  }

  cancelAll(): void {
    for (const flag of this.#flags.values()) Atomics.store(flag, 0, 1);
  }
}

/** Worker's side: tokens whose state is the shared flag. */
export const flagReceiver: CancellationStrategy['receiver'] = {
  kind: 'request',
  createCancellationTokenSource(request: RequestMessage) {
    const source = new CancellationTokenSource();
    const buffer = (request as FlaggedRequest).$cancelFlag;
    const flag = buffer === undefined ? undefined : new Int32Array(buffer);
    const message = source.token;
    const token: CancellationToken = {
      get isCancellationRequested() {
        return message.isCancellationRequested || (flag !== undefined && Atomics.load(flag, 0) === 1);
      },
      get onCancellationRequested() {
        return message.onCancellationRequested;
      },
    };
    return { token, cancel: () => source.cancel(), dispose: () => source.dispose() };
  },
};
