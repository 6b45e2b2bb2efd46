import type { MessagePort, Worker } from 'node:worker_threads';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { cancelled } from '../../shared/errors/cancelled.ts';
import type { RetuneError } from '../../shared/errors/retune-error.ts';
import { answerRequest } from '../../shared/rpc/answer-request.ts';
import { polledSignal } from '../../shared/rpc/polled-signal.ts';
import { threadConnection } from '../../shared/rpc/thread-connection.ts';
import { tokenFromSignal } from '../../shared/rpc/token-from-signal.ts';
import { fromResponseError } from '../../shared/rpc/wire-errors.ts';
import { unexpected } from '../errors.ts';

/** What one side answers: each method takes one parameter of plain JSON and a signal. */
type Answers = Record<string, (params: never, signal: AbortSignal) => unknown>;

type Params<T extends Answers, K extends keyof T> = Parameters<T[K]>[0];
type Result<T extends Answers, K extends keyof T> = Awaited<ReturnType<T[K]>>;

/**
 * Typed calls between two threads, both ways, with cancellation: JSON-RPC as in the sidecar. `Theirs` is what the other side
 * answers, `Ours` what this side does. Errors arrive as RetuneErrors with their code.
 */
export class Link<Theirs extends Answers, Ours extends Answers> {
  readonly #connection: MessageConnection;
  readonly #over = new AbortController();
  #ended: RetuneError | undefined;

  constructor(port: MessagePort | Worker, ours: Ours) {
    this.#connection = threadConnection(port);
    for (const [method, answer] of Object.entries(ours)) {
      this.#answer(method, answer as (params: unknown, signal: AbortSignal) => unknown);
    }
    this.#connection.listen();
  }

  /** Rejects with what the other side threw, also after the signal has fired: it decides when it has stopped. */
  async call<K extends keyof Theirs & string>(
    method: K,
    params: Params<Theirs, K>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<Result<Theirs, K>> {
    if (this.#ended !== undefined) throw this.#ended;
    if (signal.aborted) throw cancelled();
    const cancellation = tokenFromSignal(signal);
    try {
      return await this.#connection.sendRequest<Result<Theirs, K>>(method, params, cancellation.token);
    } catch (error) {
      throw fromResponseError(error, unexpected) ?? this.#ended ?? unexpected(error);
    } finally {
      cancellation.dispose();
    }
  }

  /** Asks for no answer. */
  notify<K extends keyof Theirs & string>(method: K, params: Params<Theirs, K>): void {
    if (this.#ended === undefined) void this.#connection.sendNotification(method, params);
  }

  /** The other side is gone: every request to it is rejected, and every request of its own is cancelled. */
  end(error: RetuneError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#over.abort();
    this.#connection.dispose();
  }

  #answer(method: string, answer: (params: unknown, signal: AbortSignal) => unknown): void {
    const over = this.#over.signal;
    answerRequest(
      this.#connection,
      method,
      (params, token) => answer(params, AbortSignal.any([polledSignal(token), over])),
      unexpected,
    );
    this.#connection.onNotification(method, (params: unknown) => {
      answer(params, over);
    });
  }
}
