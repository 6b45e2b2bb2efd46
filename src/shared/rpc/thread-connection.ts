import type { MessagePort, Worker } from 'node:worker_threads';
import {
  type CancellationStrategy,
  createMessageConnection,
  type MessageConnection,
  PortMessageReader,
  PortMessageWriter,
} from 'vscode-jsonrpc/node';

/** A connection between two threads, which `listen` starts. @param cancellation default: by messages alone */
export function threadConnection(port: MessagePort | Worker, cancellation?: CancellationStrategy): MessageConnection {
  return createMessageConnection(
    new PortMessageReader(port),
    new PortMessageWriter(port),
    undefined,
    cancellation && { cancellationStrategy: cancellation },
  );
}
